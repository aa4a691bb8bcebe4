/** What a file is: judged by its bytes, cleaned of what does not belong to the picture, and kept. Whose it is, others know. */
@NullMarked
package org.servicerecovery.files;

import org.jspecify.annotations.NullMarked;
