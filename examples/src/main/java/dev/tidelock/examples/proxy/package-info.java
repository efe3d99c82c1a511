/** A TCP proxy that keeps every byte, and breaks connections where it is told to. */
@NullMarked
package dev.tidelock.examples.proxy;

import org.jspecify.annotations.NullMarked;
