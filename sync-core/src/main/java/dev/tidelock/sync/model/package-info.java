/** Plaintext events and what they are made of. No transport may name these. */
@NullMarked
package dev.tidelock.sync.model;

import org.jspecify.annotations.NullMarked;
