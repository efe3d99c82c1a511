package dev.tidelock.sync.testkit;

import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scripts as text, a line each: {@code DEVICE ACTION}; below a write, indented, its changes; below any action, indented, its faults as {@code FAULT OCCASION
 * DETAILS}; and below a fault, indented further, the steps that happen meanwhile.
 */
final class ScriptText {
    private static final String INDENT = "    ";
    private static final int SIZE_MAX = 10_000;
    private static final Pattern HEADER = Pattern.compile("seed (-?\\d+), (\\d+) devices, records of size (\\d+)");
    private static final Pattern STEP = Pattern.compile("(\\d+) (.*)");
    private static final Pattern WRITE = Pattern.compile("writes( and aborts)? after (\\d+)");
    private static final Pattern CHANGE = Pattern.compile("(put|patch|delete|op (\\S+)) (\\S+) (\\S+)(?: (.*))?");
    private static final Pattern FAULT = Pattern.compile("([A-Z_]+) (\\d+) (\\d+)");
    private static final Pattern STRIKE = Pattern.compile("([A-Z_]+) (\\d+)");
    private static final Pattern WAIT = Pattern.compile("waits (\\d+)");
    private static final String COMES_ONLINE = "comes online";
    private static final String STARTS = "starts";
    private static final String STARTS_SYNCING = "starts and syncs by itself";
    private static final String SYNCS = "syncs";
    private static final String CLOSES = "closes";
    private static final String DISCARDS = "discards noise";
    private static final String RETRIES = "retries";
    private static final String UNDOES = "undoes";
    private static final String RENEWS = "renews its identity";
    private static final String ACCEPTS_LOG = "accepts the log";

    private ScriptText() {}

    static String of(SimulationScript script) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "seed %d, %d devices, records of size %d%n",
                script.seed(),
                script.devices(),
                script.size()));
        script.steps().forEach(step -> append(text, "", step));
        return text.toString();
    }

    private static void append(StringBuilder text, String indent, Step step) {
        line(text, indent, step.device() + " " + line(step.action()));
        String inner = indent + INDENT;
        if (step.action() instanceof Step.Writes writes) {
            writes.changes().forEach(change -> line(text, inner, line(change)));
        }
        for (Step.Happening happening : step.happenings()) {
            line(text, inner, happening.fault() + " " + happening.occasion() + " " + happening.details());
            happening.meanwhile().forEach(other -> append(text, inner + INDENT, other));
        }
    }

    private static void line(StringBuilder text, String indent, String line) {
        text.append(indent).append(line).append('\n');
    }

    private static String line(Step.Action action) {
        if (action instanceof Step.Waits waits) {
            return "waits " + waits.millis();
        } else if (action instanceof Step.Starts starts) {
            return starts.syncsByItself() ? STARTS_SYNCING : STARTS;
        } else if (action instanceof Step.ComesOnline) {
            return COMES_ONLINE;
        } else if (action instanceof Step.Syncs) {
            return SYNCS;
        } else if (action instanceof Step.Closes) {
            return CLOSES;
        } else if (action instanceof Step.Discards) {
            return DISCARDS;
        } else if (action instanceof Step.Retries) {
            return RETRIES;
        } else if (action instanceof Step.Undoes) {
            return UNDOES;
        } else if (action instanceof Step.AcceptsLog) {
            return ACCEPTS_LOG;
        } else if (action instanceof Step.RenewsIdentity) {
            return RENEWS;
        } else if (action instanceof Step.Writes writes) {
            return (writes.aborts() ? "writes and aborts after " : "writes after ") + writes.pauseMillis();
        } else if (action instanceof Step.Suffers suffers) {
            return suffers.fault() + " " + suffers.details();
        }
        throw new AssertionError("no line for " + action);
    }

    /** A change as scripts say it. */
    static String line(Change change) {
        Op op = change.op();
        String key = " " + change.key().collection() + " " + change.key().id();
        return switch (op.kind()) {
            case PUT -> "put" + key + " " + op.value().toJson();
            case PATCH -> "patch" + key + " " + op.value().toJson();
            case DELETE -> "delete" + key;
            case NAMED -> "op " + op.name() + key + " " + op.value().toJson();
        };
    }

    static SimulationScript parse(String text) {
        return new Reading(text.split("\\s*\n")).read();
    }

    /** A script that is being read, line by line. */
    private static final class Reading {
        private final String[] lines;
        private int at;

        Reading(String[] lines) {
            this.lines = lines;
        }

        SimulationScript read() {
            try {
                return script();
            } catch (NumberFormatException tooLarge) {
                throw wrong("has a number that is too large");
            } catch (JsonFormatException notJson) {
                throw wrong("has a value that is no JSON (" + notJson.getMessage() + ")");
            }
        }

        private SimulationScript script() {
            Matcher header = match(HEADER, lines.length == 0 ? "" : lines[0], "the first line");
            int devices = Integer.parseInt(header.group(2));
            int size = Integer.parseInt(header.group(3));
            if (devices < 2 || devices > Simulation.DEVICES_MAX || size < 1 || size > SIZE_MAX) {
                throw wrong(
                        "asks for other than 2 to " + Simulation.DEVICES_MAX + " devices and sizes 1 to " + SIZE_MAX);
            }
            at++;
            List<Step> steps = steps("", devices);
            if (at < lines.length) {
                throw wrong("is indented too far");
            }
            return new SimulationScript(Long.parseLong(header.group(1)), devices, size, steps);
        }

        private List<Step> steps(String indent, int devices) {
            List<Step> steps = new ArrayList<>();
            while (isAt(indent)) {
                steps.add(step(indent, devices));
            }
            return steps;
        }

        /** Whether the next line begins here: not further left, not further right. */
        private boolean isAt(String indent) {
            return at < lines.length && lines[at].startsWith(indent) && !lines[at].startsWith(" ", indent.length());
        }

        private Step step(String indent, int devices) {
            Matcher matcher = match(STEP, lines[at].substring(indent.length()), "a step");
            int device = Integer.parseInt(matcher.group(1));
            if (device >= devices + SimulatedWorld.COPIES_MAX) {
                throw wrong("names device " + device + "; there are " + devices + ", counted from 0, and then up to "
                        + SimulatedWorld.COPIES_MAX + " copies");
            }
            Step.Action action = action(matcher.group(2), indent + INDENT);
            List<Step.Happening> happenings = new ArrayList<>();
            while (isAt(indent + INDENT)) {
                happenings.add(happening(indent + INDENT, devices));
            }
            return new Step(device, action, happenings);
        }

        private Step.Action action(String line, String inner) {
            Matcher write = WRITE.matcher(line);
            if (write.matches()) {
                at++;
                return new Step.Writes(Long.parseLong(write.group(2)), changes(inner), write.group(1) != null);
            }
            Step.Action action = shortAction(line);
            at++;
            return action;
        }

        private Step.Action shortAction(String line) {
            Matcher wait = WAIT.matcher(line);
            if (wait.matches()) {
                return new Step.Waits(Long.parseLong(wait.group(1)));
            }
            return switch (line) {
                case STARTS -> new Step.Starts(false);
                case STARTS_SYNCING -> new Step.Starts(true);
                case COMES_ONLINE -> new Step.ComesOnline();
                case SYNCS -> new Step.Syncs();
                case CLOSES -> new Step.Closes();
                case DISCARDS -> new Step.Discards();
                case RENEWS -> new Step.RenewsIdentity();
                case RETRIES -> new Step.Retries();
                case UNDOES -> new Step.Undoes();
                case ACCEPTS_LOG -> new Step.AcceptsLog();
                default -> strike(line);
            };
        }

        private Step.Action strike(String line) {
            Matcher matcher = match(STRIKE, line, "an action");
            Fault fault = fault(matcher.group(1));
            if (!fault.strikesBetweenSteps()) {
                throw wrong("names a fault that happens only within a step");
            }
            return new Step.Suffers(fault, Integer.parseInt(matcher.group(2)));
        }

        private List<Change> changes(String indent) {
            List<Change> changes = new ArrayList<>();
            while (isAt(indent)) {
                Matcher change = CHANGE.matcher(lines[at].substring(indent.length()));
                if (!change.matches()) {
                    break;
                }
                changes.add(new Change(new RecordKey(change.group(3), change.group(4)), op(change)));
                at++;
            }
            return changes;
        }

        private Op op(Matcher change) {
            String verb = change.group(1);
            if (verb.equals("delete")) {
                return Op.delete();
            } else if (change.group(5) == null) {
                throw wrong("has no value");
            }
            JsonValue value = JsonValue.parse(change.group(5));
            return switch (verb) {
                case "put" -> Op.put(value);
                case "patch" -> Op.patch(value);
                default -> Op.named(change.group(2), value);
            };
        }

        private Step.Happening happening(String indent, int devices) {
            Matcher matcher = match(FAULT, lines[at].substring(indent.length()), "a fault");
            Fault fault = fault(matcher.group(1));
            at++;
            return new Step.Happening(
                    fault,
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)),
                    steps(indent + INDENT, devices));
        }

        private Fault fault(String name) {
            for (Fault fault : Fault.values()) {
                if (fault.name().equals(name)) {
                    return fault;
                }
            }
            throw wrong("names no fault that there is");
        }

        private Matcher match(Pattern pattern, String line, String what) {
            Matcher matcher = pattern.matcher(line);
            if (!matcher.matches()) {
                throw wrong("is not " + what + " of a script");
            }
            return matcher;
        }

        private IllegalArgumentException wrong(String what) {
            String line = at < lines.length ? lines[at].trim() : "";
            return new IllegalArgumentException("line " + (at + 1) + " of the script " + what + ": '" + line + "'");
        }
    }
}
