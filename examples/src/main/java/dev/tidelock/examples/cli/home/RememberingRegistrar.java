package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.List;
import java.util.function.Consumer;

/** A relay's list of devices, and a memory for the keys that are put on it: so that they can be put on another one. */
final class RememberingRegistrar implements Registrar {
    private final Registrar registrar;
    private final Consumer<byte[]> admitted;

    RememberingRegistrar(Registrar registrar, Consumer<byte[]> admitted) {
        this.registrar = registrar;
        this.admitted = admitted;
    }

    @Override
    public void createSpace() throws TransportException {
        registrar.createSpace();
    }

    @Override
    public void admit(byte[] publicKey) throws TransportException {
        registrar.admit(publicKey);
        admitted.accept(publicKey);
    }

    @Override
    public void deleteSpace() throws TransportException {
        registrar.deleteSpace();
    }

    @Override
    public List<Member> members() throws TransportException {
        return registrar.members();
    }
}
