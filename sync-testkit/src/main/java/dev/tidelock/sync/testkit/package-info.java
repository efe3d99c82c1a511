/**
 * For tests of Tidelock, and of apps that use it: fakes, virtual time, fault plans, the seeded simulation of the real engine, and the contract
 * suites that every store, transport and sealer is held to. The contract suites and whatever reads a file need a JVM; the rest runs on Android.
 */
@NullMarked
package dev.tidelock.sync.testkit;

import org.jspecify.annotations.NullMarked;
