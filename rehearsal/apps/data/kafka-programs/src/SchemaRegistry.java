import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Subjects and versions of schemas by the paths of Confluent's Schema Registry, in the topic `_schemas` of the broker that
 * SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS names: a container that is made anew finds them there. It checks no compatibility.
 */
final class SchemaRegistry {
  private static final String TYPE = "application/vnd.schemaregistry.v1+json";
  private static final String TOPIC = "_schemas";

  private final Map<String, List<JsonNode>> subjects = new TreeMap<>();
  private final Map<String, Integer> ids = new TreeMap<>();
  private final KafkaProducer<String, String> producer;

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    Properties kafka = new Properties();
    kafka.put("bootstrap.servers", environment.get("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS").replace("PLAINTEXT://", ""));
    short copies = Short.parseShort(environment.getOrDefault("SCHEMA_REGISTRY_KAFKASTORE_TOPIC_REPLICATION_FACTOR", "3"));
    String listener = environment.getOrDefault("SCHEMA_REGISTRY_LISTENERS", "http://0.0.0.0:8081");
    SchemaRegistry registry = new SchemaRegistry(kafka, copies);
    Web.serve(Integer.parseInt(listener.substring(listener.lastIndexOf(':') + 1)), TYPE, registry::answer);
  }

  private SchemaRegistry(Properties kafka, short copies) throws Exception {
    try (Admin admin = Admin.create(kafka)) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, copies).configs(Map.of("cleanup.policy", "compact")))).all().get();
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof TopicExistsException)) throw failed;
    }
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition all = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(all));
      consumer.seekToBeginning(List.of(all));
      long end = consumer.endOffsets(List.of(all)).get(all);
      while (consumer.position(all) < end)
        for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofSeconds(1))) remember(Web.JSON.readTree(one.value()));
    }
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new StringSerializer());
  }

  private synchronized Web.Answer answer(String method, String path, JsonNode body) throws Exception {
    String[] parts = path.substring(1).split("/");
    boolean reads = method.equals("GET");
    if (reads && path.equals("/")) return Web.json(TYPE, Map.of());
    if (reads && path.equals("/subjects")) return Web.json(TYPE, subjects.keySet());
    if (reads && path.equals("/config")) return Web.json(TYPE, Map.of("compatibilityLevel", "BACKWARD"));
    if (reads && path.startsWith("/schemas/ids/") && parts.length == 3) return Web.json(TYPE, Map.of("schema", textOf(parts[2])));
    if (parts[0].equals("subjects") && parts.length >= 3 && parts[2].equals("versions")) {
      if (method.equals("POST") && parts.length == 3) return Web.json(TYPE, Map.of("id", add(parts[1], body)));
      List<JsonNode> versions = subjects.get(parts[1]);
      if (versions == null) throw new Web.Refused(40401, "Subject '" + parts[1] + "' not found.");
      if (reads && parts.length == 3) return Web.json(TYPE, versions.stream().map(one -> one.get("version")).toList());
      if (reads && parts.length == 4) return Web.json(TYPE, version(versions, parts[3]));
    }
    throw new Web.Refused(404, "HTTP 404 Not Found");
  }

  private static JsonNode version(List<JsonNode> versions, String wanted) throws Web.Refused {
    int number = wanted.equals("latest") ? versions.size() : wanted.matches("[0-9]{1,6}") ? Integer.parseInt(wanted) : 0;
    if (number < 1 || number > versions.size()) throw new Web.Refused(40402, "Version " + wanted + " not found.");
    return versions.get(number - 1);
  }

  private String textOf(String id) throws Web.Refused {
    for (Map.Entry<String, Integer> one : ids.entrySet()) if (String.valueOf(one.getValue()).equals(id)) return one.getKey();
    throw new Web.Refused(40403, "Schema " + id + " not found");
  }

  /** The same schema has the same id, whatever its subject. */
  private int add(String subject, JsonNode body) throws Exception {
    JsonNode schema = body.get("schema");
    if (schema == null || !schema.isTextual()) throw new Web.Refused(42201, "Invalid schema");
    try {
      Web.JSON.readTree(schema.asText());
    } catch (Exception unreadable) {
      throw new Web.Refused(42201, "Invalid schema " + schema.asText());
    }
    List<JsonNode> versions = subjects.getOrDefault(subject, List.of());
    for (JsonNode one : versions) if (one.get("schema").equals(schema)) return one.get("id").asInt();
    ObjectNode made = Web.JSON.createObjectNode().put("subject", subject).put("version", versions.size() + 1);
    made.put("id", ids.getOrDefault(schema.asText(), ids.size() + 1)).set("schema", schema);
    String key = subject + "/" + made.get("version");
    producer.send(new ProducerRecord<>(TOPIC, key, Web.JSON.writeValueAsString(made))).get();
    remember(made);
    return made.get("id").asInt();
  }

  private void remember(JsonNode one) {
    subjects.computeIfAbsent(one.get("subject").asText(), subject -> new ArrayList<>()).add(one);
    ids.put(one.get("schema").asText(), one.get("id").asInt());
  }
}
