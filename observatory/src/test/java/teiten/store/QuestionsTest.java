package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/// What is done behind lets questions go first, but not for ever.
class QuestionsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Questions questions = new Questions();

    private Thread waiting(Duration most) {
        return Thread.ofPlatform().daemon().start(() -> questions.letPass(most));
    }

    @Test
    void work_goes_on_when_nobody_asks() {
        questions.letPass(LONG);
    }

    @Test
    void work_waits_until_the_last_question_is_answered() throws InterruptedException {
        questions.begin();
        questions.begin();
        Thread work = waiting(LONG);
        questions.end();
        assertThat(work.join(Duration.ofMillis(400))).isFalse();

        questions.end();

        assertThat(work.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void who_asks_without_end_keeps_work_waiting_no_longer_than_told() throws InterruptedException {
        questions.begin();

        Thread work = waiting(Duration.ofMillis(50));

        assertThat(work.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void closing_the_store_ends_the_waiting() throws InterruptedException {
        questions.begin();
        Thread work = waiting(LONG);

        work.interrupt();

        assertThat(work.join(Duration.ofSeconds(30))).isTrue();
    }
}
