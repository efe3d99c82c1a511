/** What the settings of several classes have in common. */
@NullMarked
package dev.tidelock.sync.internal.setting;

import org.jspecify.annotations.NullMarked;
