package teiten.session.stream;

import teiten.net.IpAddress;

/// One TCP conversation's two ends. The server is the end that was dialled.
public record Flow(IpAddress client, int clientPort, IpAddress server, int serverPort) {}
