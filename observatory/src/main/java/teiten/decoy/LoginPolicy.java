package teiten.decoy;

import teiten.decoy.device.Device;
import teiten.net.IpAddress;

/// Who may log in.
///
/// Adversary: a visitor that tests for a decoy by logging in with nonsense. A real device opens to one pair; a decoy
/// that opens to all is found out, one that opens to none learns nothing. In between: the device's own accounts and
/// those that bots are known to try always open, and of all other pairs a sixth, chosen by source and pair, so that the
/// same visitor meets the same answer again without any memory of it.
public enum LoginPolicy {
    /// Only the listed accounts.
    LISTED,
    /// The listed accounts and a sixth of all other pairs.
    DEVICE,
    /// Every pair; for replaying conversations against the decoy.
    ANY;

    private static final int ONE_IN = 6;
    private static final int LONGEST_CHANCE = 16;

    public boolean opens(Device device, IpAddress source, String user, String password) {
        if (this == ANY || device.telnet().accounts().contains(user + ":" + password)) {
            return true;
        }
        if (this == LISTED
                || user.isEmpty()
                || password.isEmpty()
                || password.length() > LONGEST_CHANCE) {
            return false;
        }
        int hash = (source.hashCode() * 31 + user.hashCode()) * 31 + password.hashCode();
        hash = (hash ^ hash >>> 16) * 0x45D9F3B;
        return Integer.remainderUnsigned(hash ^ hash >>> 16, ONE_IN) == 0;
    }
}
