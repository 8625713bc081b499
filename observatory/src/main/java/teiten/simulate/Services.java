package teiten.simulate;

/// TCP ports that investigation scanners visit.
final class Services {
    static final int[] TCP = {
        80, 443, 22, 8080, 21, 8443, 3389, 25, 23, 5900, 110, 143, 3306, 5432, 8000, 8888, 9200,
        6379, 27017, 1883
    };

    private Services() {}
}
