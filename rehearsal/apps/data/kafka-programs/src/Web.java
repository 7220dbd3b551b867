import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;

/** A small web server whose answers are JSON, or a page. */
final class Web {
  static final ObjectMapper JSON = new ObjectMapper();

  record Answer(int status, String type, byte[] content) {}

  /** What is refused, with the registry's own number of the error. */
  static final class Refused extends Exception {
    final int code;

    Refused(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  interface Route {
    Answer answer(String method, String path, JsonNode body) throws Exception;
  }

  static void serve(int port, String type, Route route) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", exchange -> handle(exchange, type, route));
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
    System.out.println("listening on " + port);
  }

  static Answer json(String type, Object content) throws IOException {
    return new Answer(200, type, JSON.writeValueAsBytes(content));
  }

  private static void handle(HttpExchange exchange, String type, Route route) throws IOException {
    Answer answer;
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      try {
        JsonNode read = body.length == 0 ? JSON.nullNode() : JSON.readTree(body);
        answer = route.answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), read);
      } catch (Refused refused) {
        Map<String, Object> content = Map.of("error_code", refused.code, "message", refused.getMessage());
        int status = refused.code > 999 ? refused.code / 100 : refused.code;
        answer = new Answer(status, type, JSON.writeValueAsBytes(content));
      } catch (Exception failed) {
        answer = new Answer(500, type, JSON.writeValueAsBytes(Map.of("error_code", 500, "message", String.valueOf(failed.getMessage()))));
      }
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      boolean none = exchange.getRequestMethod().equals("HEAD") || answer.content().length == 0;
      exchange.sendResponseHeaders(answer.status(), none ? -1 : answer.content().length);
      if (!none) exchange.getResponseBody().write(answer.content());
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Web() {}
}
