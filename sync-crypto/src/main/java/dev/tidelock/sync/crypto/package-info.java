/**
 * Keys, and what is done with them: sealing and signing envelopes, access tokens, keeping keys at rest, and pairing devices.
 *
 * <p>An app holds {@link dev.tidelock.sync.crypto.SpaceKeys}, keeps them in a {@link dev.tidelock.sync.crypto.KeyFile}, and gets
 * them onto another device with {@link dev.tidelock.sync.crypto.PairingInvitation} and
 * {@link dev.tidelock.sync.crypto.PairingJoin}. No type of a cryptographic library is part of this API, and nothing is ever
 * registered with the JVM or with Tink. Whatever hands out or takes in a secret in the clear has {@code Unprotected} in its name.
 */
@NullMarked
package dev.tidelock.sync.crypto;

import org.jspecify.annotations.NullMarked;
