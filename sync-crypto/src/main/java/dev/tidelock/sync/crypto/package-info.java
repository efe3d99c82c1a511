/**
 * Keys, and what is done with them: sealing and signing envelopes, access tokens, and keys at rest.
 *
 * <p>An app holds {@link dev.tidelock.sync.crypto.SpaceKeys} and keeps them in a {@link dev.tidelock.sync.crypto.KeyFile}. No
 * type of a cryptographic library is part of this API, and no security provider is ever registered. Whatever hands out or
 * takes in a secret in the clear has {@code Unprotected} in its name.
 */
@NullMarked
package dev.tidelock.sync.crypto;

import org.jspecify.annotations.NullMarked;
