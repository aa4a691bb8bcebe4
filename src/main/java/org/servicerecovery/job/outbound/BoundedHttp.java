package org.servicerecovery.job.outbound;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP with an end: the whole answer has to be there in time. A request's own time-out is content with the first line. No
 * redirection is followed.
 */
final class BoundedHttp {

    /** There was no answer; the message says why, in our words. */
    static final class NoAnswer extends Exception {

        private static final long serialVersionUID = 1L;

        NoAnswer(String why) {
            super(why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    private final Duration longest;
    private final HttpClient http;

    BoundedHttp(Duration connect, Duration read) {
        this.longest = connect.plus(read);
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connect)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** At most as long as one request takes. */
    Duration longest() {
        return longest;
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws NoAnswer {
        CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request, handler);
        try {
            return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new NoAnswer("No answer within " + longest.toMillis() + " ms.");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new NoAnswer(
                    "No answer: " + (cause == null ? e : cause).getClass().getSimpleName() + ".");
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new NoAnswer("This node stopped meanwhile.");
        }
    }
}
