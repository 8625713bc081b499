package teiten.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The import never waits for a page, and pages cannot pile up.
final class LiveFeedTest {
    private static Progress at(long packets, boolean done) {
        return new Progress("a.pcap", packets, packets, 100, 1, done);
    }

    @Test
    void a_page_that_does_not_listen_loses_old_events_and_keeps_the_newest_and_the_end()
            throws InterruptedException {
        LiveFeed feed = new LiveFeed();
        try (LiveFeed.Listener slow = Objects.requireNonNull(feed.listen())) {
            feed.publish(at(1, true));
            for (long i = 2; i < 1000; i++) {
                feed.publish(at(i, false));
            }
            List<Progress> heard = new ArrayList<>();
            for (Progress p = slow.await(0); p != null; p = slow.await(0)) {
                heard.add(p);
            }
            assertThat(heard).hasSize(LiveFeed.QUEUE);
            assertThat(heard.getFirst()).isEqualTo(at(1, true));
            assertThat(heard.getLast()).isEqualTo(at(999, false));
        }
    }

    @Test
    void places_are_bounded_and_given_back() {
        LiveFeed feed = new LiveFeed();
        List<LiveFeed.Listener> all = new ArrayList<>();
        for (int i = 0; i < LiveFeed.MOST_LISTENERS; i++) {
            all.add(Objects.requireNonNull(feed.listen()));
        }
        assertThat(feed.listen()).isNull();
        all.getFirst().close();
        all.getFirst().close();
        try (LiveFeed.Listener again = feed.listen()) {
            assertThat(again).isNotNull();
            assertThat(feed.listen()).isNull();
        }
    }

    @Test
    void a_page_opened_in_the_middle_of_an_import_hears_at_once_how_far_it_is()
            throws InterruptedException {
        LiveFeed feed = new LiveFeed();
        feed.publish(at(42, false));
        try (LiveFeed.Listener late = Objects.requireNonNull(feed.listen())) {
            assertThat(late.await(0)).isEqualTo(at(42, false));
        }
        feed.publish(at(100, true));
        try (LiveFeed.Listener later = Objects.requireNonNull(feed.listen())) {
            assertThat(later.await(0)).isNull();
        }
    }
}
