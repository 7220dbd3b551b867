import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/** Lists the topics of a real broker below the path of SERVER_SERVLET_CONTEXT_PATH, by some of the paths of Kafka UI. It knows no login. */
final class KafkaUi {
  private static final String TYPE = "application/json";

  private final String below;
  private final String cluster;
  private final String registry;
  private final Admin admin;

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    if (!environment.getOrDefault("AUTH_TYPE", "DISABLED").equals("DISABLED")) throw new IllegalStateException("this stand-in has no login");
    Web.serve(Integer.parseInt(environment.getOrDefault("SERVER_PORT", "8080")), TYPE, new KafkaUi(environment)::answer);
  }

  private KafkaUi(Map<String, String> environment) {
    below = environment.getOrDefault("SERVER_SERVLET_CONTEXT_PATH", "");
    cluster = environment.getOrDefault("KAFKA_CLUSTERS_0_NAME", "local");
    registry = environment.get("KAFKA_CLUSTERS_0_SCHEMAREGISTRY");
    Properties kafka = new Properties();
    kafka.put("bootstrap.servers", environment.get("KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS"));
    kafka.put("default.api.timeout.ms", "10000");
    kafka.put("request.timeout.ms", "5000");
    admin = Admin.create(kafka);
  }

  private Web.Answer answer(String method, String path, JsonNode body) throws Exception {
    if (!method.equals("GET") || !path.startsWith(below + "/")) throw new Web.Refused(404, "no " + path);
    String of = "/api/clusters/" + cluster;
    String asked = path.substring(below.length());
    if (asked.equals("/actuator/health")) return Web.json(TYPE, Map.of("status", "UP"));
    if (asked.equals("/")) return page();
    if (asked.equals("/topics.css")) return new Web.Answer(200, "text/css", Web.bytes("li { font-family: monospace }\n"));
    if (asked.equals("/api/clusters")) return Web.json(TYPE, List.of(Map.of("name", cluster, "status", "online", "topicCount", topics().size())));
    if (asked.equals(of + "/topics")) {
      List<Map<String, Object>> all = topics().stream().map(one -> Map.<String, Object>of("name", one.name(), "partitionCount", one.partitions().size())).toList();
      return Web.json(TYPE, Map.of("pageCount", 1, "topics", all));
    }
    if (asked.equals(of + "/schemas") && registry != null) return Web.json(TYPE, Map.of("pageCount", 1, "schemas", subjects()));
    throw new Web.Refused(404, "no " + path);
  }

  private List<TopicDescription> topics() throws Exception {
    var names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get(10, TimeUnit.SECONDS);
    var found = admin.describeTopics(names).allTopicNames().get(10, TimeUnit.SECONDS);
    return found.values().stream().sorted((one, other) -> one.name().compareTo(other.name())).toList();
  }

  private JsonNode subjects() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(registry + "/subjects")).build();
    return Web.JSON.readTree(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private Web.Answer page() throws Exception {
    StringBuilder list = new StringBuilder();
    for (TopicDescription topic : topics()) list.append("<li>").append(topic.name()).append("</li>");
    String text = "<!doctype html><html lang=\"en\"><head><title>Kafka UI</title><link rel=\"stylesheet\" href=\"%s/topics.css\" /></head>"
        + "<body><h1>%s</h1><ul>%s</ul></body></html>";
    return new Web.Answer(200, "text/html", Web.bytes(text.formatted(below, cluster, list)));
  }
}
