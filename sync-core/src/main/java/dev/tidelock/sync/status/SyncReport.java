package dev.tidelock.sync.status;

/**
 * What one sync did.
 *
 * @param pushed how many events of this device the remote confirmed
 * @param pulled how many events of other devices arrived
 * @param conflicts how many entries the conflict log gained
 * @param quarantined how many items are in quarantine now
 * @param millis how long it took
 */
public record SyncReport(long pushed, long pulled, long conflicts, long quarantined, long millis) {}
