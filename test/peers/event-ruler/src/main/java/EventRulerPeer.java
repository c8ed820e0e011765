import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/**
 * What event-ruler, the engine behind EventBridge, says about patterns and events.
 *
 * Without arguments: NDJSON {"pattern": text, "event": text} in, {"match": boolean} or {"error": text} out, a line each.
 * `match` is by its older matcher, which follows its README; "structured" says so where its newer one differs.
 * With "speed": NDJSON {"pattern": text} lines, then {"event": text} lines in; one line with the number of matches and
 * the events a second out, parsing included and of events parsed before.
 */
public final class EventRulerPeer {
  /** EventBridge refuses a rule that is more complex than this. */
  private static final int COMPLEXITY_MAX = 10;

  private static final int ROUNDS = 7;

  private static final ObjectMapper JSON = new ObjectMapper();

  private EventRulerPeer() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (arguments.length > 0 && arguments[0].equals("speed")) {
      out.println(JSON.writeValueAsString(speed(in)));
    } else {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
      }
    }
    out.flush();
  }

  private static ObjectNode answer(JsonNode pair) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      Machine machine = machine(false, pair);
      if (machine.evaluateComplexity(new MachineComplexityEvaluator(COMPLEXITY_MAX + 1)) > COMPLEXITY_MAX) {
        return answer.put("error", "Rule is too complex");
      }
      boolean match = matches(machine, pair);
      answer.put("match", match);
      return matches(machine(true, pair), pair) == match ? answer : answer.put("structured", !match);
    } catch (Exception e) {
      return answer.put("error", String.valueOf(e.getMessage()));
    }
  }

  private static Machine machine(boolean isStructured, JsonNode pair) throws IOException {
    Machine machine = Machine.builder().withStructuredMatching(isStructured).build();
    machine.addRule("rule", pair.get("pattern").asText());
    return machine;
  }

  private static boolean matches(Machine machine, JsonNode pair) throws Exception {
    return !machine.rulesForJSONEvent(pair.get("event").asText()).isEmpty();
  }

  private static ObjectNode speed(BufferedReader in) throws Exception {
    Machine machine = Machine.builder().build();
    List<String> events = new ArrayList<>();
    int rules = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode node = JSON.readTree(line);
      if (node.has("event")) {
        events.add(node.get("event").asText());
      } else {
        machine.addRule("rule" + rules++, node.get("pattern").asText());
      }
    }
    List<JsonNode> parsed = new ArrayList<>();
    for (String event : events) {
      parsed.add(JSON.readTree(event));
    }
    long matches = 0;
    double best = 0;
    double bestParsed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      matches = 0;
      for (String event : events) {
        matches += machine.rulesForJSONEvent(event).size();
      }
      best = Math.max(best, events.size() / ((System.nanoTime() - start) / 1e9));
      start = System.nanoTime();
      for (JsonNode event : parsed) {
        machine.rulesForJSONEvent(event);
      }
      bestParsed = Math.max(bestParsed, events.size() / ((System.nanoTime() - start) / 1e9));
    }
    return JSON.createObjectNode()
        .put("matches", matches)
        .put("eventsPerSecond", Math.round(best))
        .put("parsedPerSecond", Math.round(bestParsed));
  }
}
