package teiten.simulate;

/// Hot lane. Ranks drawn with weight (rank + 1)⁻ˢ in constant time, by the alias method (Walker 1977; Vose 1991).
final class Zipf {
    private final int[] alias;
    private final double[] keep;

    Zipf(int ranks, double exponent) {
        double[] weight = new double[ranks];
        double sum = 0;
        for (int i = 0; i < ranks; i++) {
            weight[i] = StrictMath.pow(i + 1, -exponent);
            sum += weight[i];
        }
        alias = new int[ranks];
        keep = new double[ranks];
        int[] small = new int[ranks];
        int[] large = new int[ranks];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < ranks; i++) {
            weight[i] *= ranks / sum;
            keep[i] = 1;
            alias[i] = i;
            if (weight[i] < 1) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        while (smalls > 0 && larges > 0) {
            int poor = small[--smalls];
            int rich = large[larges - 1];
            keep[poor] = weight[poor];
            alias[poor] = rich;
            weight[rich] -= 1 - weight[poor];
            if (weight[rich] < 1) {
                larges--;
                small[smalls++] = rich;
            }
        }
    }

    int draw(Dice dice) {
        int rank = dice.below(alias.length);
        return dice.unit() < keep[rank] ? rank : alias[rank];
    }
}
