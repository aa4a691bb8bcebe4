/**
 * The business's own causes: which there are, how they hang together and how they change. Nothing of {@code trend} is known
 * here; whoever counts cases is asked through {@link org.servicerecovery.trend.taxonomy.TagsTogether}, and told by {@link
 * org.servicerecovery.trend.taxonomy.TagsRegrouped} and {@link org.servicerecovery.trend.taxonomy.TagRenamed}.
 */
@NullMarked
package org.servicerecovery.trend.taxonomy;

import org.jspecify.annotations.NullMarked;
