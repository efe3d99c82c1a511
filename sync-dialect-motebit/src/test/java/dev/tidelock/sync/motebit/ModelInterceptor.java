package dev.tidelock.sync.motebit;

import dev.tidelock.sync.testkit.motebit.MotebitAnswer;
import dev.tidelock.sync.testkit.motebit.MotebitModel;
import dev.tidelock.sync.testkit.motebit.MotebitRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;

/** Lets a model answer instead of the network, on the thread that asks. */
class ModelInterceptor implements Interceptor {
    private final MotebitModel model;

    ModelInterceptor(MotebitModel model) {
        this.model = model;
    }

    /** Shares its threads with nobody: it has none. */
    OkHttpClient client() {
        return new OkHttpClient.Builder().addInterceptor(this).build();
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        return response(request, model.handle(read(request)));
    }

    static MotebitRequest read(Request request) throws IOException {
        Map<String, String> headers = new HashMap<>();
        request.headers()
                .forEach(header -> headers.put(header.getFirst().toLowerCase(Locale.ROOT), header.getSecond()));
        Map<String, String> query = new HashMap<>();
        request.url()
                .queryParameterNames()
                .forEach(name -> query.put(name, request.url().queryParameter(name)));
        Buffer body = new Buffer();
        if (request.body() != null) {
            request.body().writeTo(body);
        }
        return new MotebitRequest(request.method(), request.url().encodedPath(), query, headers, body.readByteArray());
    }

    static Response response(Request request, MotebitAnswer answer) {
        Response.Builder response = new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(answer.status())
                .message("")
                .body(ResponseBody.create(answer.body(), MediaType.get("application/json")));
        answer.headers().forEach(response::header);
        return response.build();
    }
}
