package teiten.sample.fetch;

import teiten.net.IpAddress;

/// Where a fetch may go. From outside this package it is always [PublicInternet]; the tests,
/// which talk to loopback only, have their own.
interface Reach {
    boolean allows(IpAddress address, int port);
}
