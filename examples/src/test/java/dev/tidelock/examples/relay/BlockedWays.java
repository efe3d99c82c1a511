package dev.tidelock.examples.relay;

import java.util.function.Predicate;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** Ways to a relay that let some requests not pass. */
final class BlockedWays {
    private BlockedWays() {}

    static OkHttpClient blocked(Predicate<Request> isRefused) {
        return new OkHttpClient.Builder()
                .addInterceptor(chain -> {
                    if (!isRefused.test(chain.request())) {
                        return chain.proceed(chain.request());
                    }
                    return new Response.Builder()
                            .request(chain.request())
                            .protocol(Protocol.HTTP_1_1)
                            .code(403)
                            .message("blocked")
                            .body(ResponseBody.create(new byte[0], null))
                            .build();
                })
                .build();
    }

    static boolean isUpgrade(Request request) {
        return request.header("Upgrade") != null;
    }

    static boolean isStream(Request request) {
        return request.url().encodedPath().endsWith("/changes");
    }
}
