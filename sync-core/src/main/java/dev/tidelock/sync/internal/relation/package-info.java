/** What relations come to. */
@NullMarked
package dev.tidelock.sync.internal.relation;

import org.jspecify.annotations.NullMarked;
