/** What customers say after their case was closed: the invitation, the public page, the answer and what becomes of it. */
@NullMarked
package org.servicerecovery.survey;

import org.jspecify.annotations.NullMarked;
