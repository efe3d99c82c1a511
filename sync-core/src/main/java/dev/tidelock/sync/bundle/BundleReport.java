package dev.tidelock.sync.bundle;

/**
 * What a bundle has, and what came of it.
 *
 * @param envelopes how many envelopes are in it
 * @param added how many of them this device did not have; 0 for one that it wrote
 * @param refused how many it could not use: they follow others that are neither here nor in the bundle, or are quarantined, as the status then shows
 */
public record BundleReport(long envelopes, long added, long refused) {}
