package org.servicerecovery.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.engine.AskedTable;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * What the compiled classes of the product offer to models: beans by name, and, read from the byte code, which variables
 * they write and read, which texts they know, which decisions they ask and which errors they throw.
 */
final class JavaBehindModels {

    /** A question to a decision table, with the inputs it gives and the outputs the asking class reads. */
    record Asked(String decision, Set<String> inputs, Set<String> outputs, String by) {}

    private static final class Facts {
        final Set<String> texts = new HashSet<>();
        final Set<String> written = new TreeSet<>();
        final Set<String> read = new TreeSet<>();
        final Set<String> passedByName = new TreeSet<>();
        final Set<String> handsScopeTo = new HashSet<>();
        final Map<String, Set<String>> inputsByDecision = new TreeMap<>();
        final Set<String> outputs = new TreeSet<>();
        final List<String> unnamedDecisions = new ArrayList<>();
        final Set<String> answersOf = new TreeSet<>();
        String table = "";
        boolean throwsErrors;
    }

    private static final String PRODUCT = "org/servicerecovery/";
    private static final String VARIABLE = Type.getInternalName(Variable.class);
    private static final String DECISIONS = Type.getInternalName(Decisions.class);
    private static final String ASKED_TABLE = Type.getInternalName(AskedTable.class);
    private static final String ANSWER = Type.getInternalName(Decisions.Answer.class);
    private static final String BPMN_ERROR = "org/camunda/bpm/engine/delegate/BpmnError";
    /** What a bean gets from the engine. Whoever it is handed on to works for that bean. */
    private static final List<String> SCOPES = List.of(
            Type.getDescriptor(Submission.class),
            "Lorg/camunda/bpm/engine/delegate/DelegateTask;",
            "Lorg/camunda/bpm/engine/delegate/DelegateExecution;");

    private final Map<String, Facts> classes = new HashMap<>();
    private final Map<String, List<Facts>> behind = new HashMap<>();
    private final Map<String, Class<?>> beans = new TreeMap<>();
    private final Set<String> codes = new TreeSet<>();
    private final Set<String> texts = new HashSet<>();
    private final Map<String, String> variableNames = variableNames();

    JavaBehindModels() {
        try {
            Path root = Path.of(Variable.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    read(file);
                    register(root.relativize(file).toString());
                }
            }
            classes.values().forEach(facts -> texts.addAll(facts.texts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<String, Class<?>> beans() {
        return beans;
    }

    /** The codes of all terms of the domain. */
    Set<String> codes() {
        return codes;
    }

    /** Whether any class of the product holds this text. */
    boolean knows(String text) {
        return texts.contains(text);
    }

    /** Whether a bean, or what it hands its task or submission to, holds this text. */
    boolean knows(String bean, String text) {
        return behind(bean).stream().anyMatch(facts -> facts.texts.contains(text));
    }

    Set<String> writtenBy(String bean) {
        Set<String> written = new TreeSet<>();
        behind(bean).forEach(facts -> written.addAll(facts.written));
        return written;
    }

    Set<String> readBy(String bean) {
        Set<String> read = new TreeSet<>();
        behind(bean).forEach(facts -> read.addAll(facts.read));
        return read;
    }

    /** The variables that the application itself gives to a process: when it starts one, or sends it a message. */
    Set<String> givenByTheApplication() {
        Set<String> given = new TreeSet<>();
        classes.values().forEach(facts -> given.addAll(facts.passedByName));
        return given;
    }

    List<Asked> asked() {
        List<Asked> all = new ArrayList<>();
        classes.forEach((name, facts) -> facts.inputsByDecision.forEach(
                (decision, inputs) -> all.add(new Asked(decision, inputs, facts.outputs, name.replace('/', '.')))));
        // Who takes the answer need not be who knows how to ask.
        List<Asked> asking = List.copyOf(all);
        classes.forEach((name, facts) -> asking.stream()
                .filter(each -> facts.answersOf.contains(each.decision())
                        && !facts.inputsByDecision.containsKey(each.decision()))
                .forEach(each ->
                        all.add(new Asked(each.decision(), each.inputs(), facts.outputs, name.replace('/', '.')))));
        return all;
    }

    /** Where a decision is asked whose name cannot be read from the code. */
    List<String> askedWithoutName() {
        return classes.values().stream()
                .flatMap(facts -> facts.unnamedDecisions.stream())
                .toList();
    }

    /** The texts in classes that throw errors of the process. */
    Set<String> errorCodes() {
        Set<String> all = new HashSet<>();
        classes.values().stream().filter(facts -> facts.throwsErrors).forEach(facts -> all.addAll(facts.texts));
        return all;
    }

    private List<Facts> behind(String bean) {
        return behind.computeIfAbsent(bean, this::follow);
    }

    private List<Facts> follow(String bean) {
        Class<?> type = beans.get(bean);
        if (type == null) {
            return List.of();
        }
        Map<String, Facts> found = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(Type.getInternalName(type)));
        while (!open.isEmpty()) {
            String name = open.pop();
            Facts facts = classes.get(name);
            if (facts != null && found.put(name, facts) == null) {
                open.addAll(facts.handsScopeTo);
            }
        }
        return List.copyOf(found.values());
    }

    private void register(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        if (name.endsWith("-info")) {
            return;
        }
        try {
            Class<?> type = Class.forName(name, false, Variable.class.getClassLoader());
            ProcessBean bean = AnnotatedElementUtils.findMergedAnnotation(type, ProcessBean.class);
            if (bean != null && !type.isAnnotation()) {
                beans.put(bean.value(), type);
            }
            if (type.isEnum() && Coded.class.isAssignableFrom(type)) {
                for (Object term : type.getEnumConstants()) {
                    codes.add(((Coded) term).code());
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(Path file) throws IOException {
        ClassReader reader = new ClassReader(Files.readAllBytes(file));
        Facts facts = new Facts();
        classes.put(reader.getClassName(), facts);
        reader.accept(
                new ClassVisitor(SpringAsmInfo.ASM_VERSION) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        FactsOfMethod method = new FactsOfMethod(facts, reader.getClassName() + "." + name);
                        if (descriptor.contains("(L" + ASKED_TABLE + ";")) {
                            method.question = Optional.of(new ArrayList<>());
                        }
                        return method;
                    }

                    @Override
                    public @Nullable FieldVisitor visitField(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            @Nullable Object value) {
                        if (name.equals("TABLE") && value instanceof String table) {
                            facts.table = table;
                        }
                        return null;
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    }

    private final class FactsOfMethod extends MethodVisitor {

        private final Facts facts;
        private final String method;
        private final Deque<String> variables = new ArrayDeque<>();
        private Optional<List<String>> question = Optional.empty();
        private String lastText = "";

        FactsOfMethod(Facts facts, String method) {
            super(SpringAsmInfo.ASM_VERSION);
            this.facts = facts;
            this.method = method;
        }

        @Override
        public void visitLdcInsn(Object value) {
            if (value instanceof String text) {
                facts.texts.add(text);
                lastText = text;
                question.ifPresent(texts -> texts.add(text));
            }
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode == Opcodes.GETSTATIC && owner.equals(VARIABLE) && variableNames.containsKey(name)) {
                variables.push(variableNames.get(name));
            }
            if (opcode == Opcodes.GETFIELD && descriptor.equals("L" + DECISIONS + ";")) {
                question = Optional.of(new ArrayList<>());
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (owner.equals(VARIABLE) && !variables.isEmpty()) {
                switch (name) {
                    case "set" -> facts.written.add(variables.pop());
                    case "get", "required" -> facts.read.add(variables.pop());
                    case "name" -> facts.passedByName.add(variables.pop());
                    default -> {}
                }
            }
            if (owner.equals(DECISIONS) && name.equals("newestOf")) {
                question.filter(texts -> !texts.isEmpty()).ifPresent(texts -> facts.answersOf.add(texts.get(0)));
            }
            // Such a method says in the class's TABLE which one it asks, be it deployed or only tried.
            if (owner.equals(ASKED_TABLE) && name.equals("ask")) {
                facts.inputsByDecision
                        .computeIfAbsent(facts.table, decision -> new TreeSet<>())
                        .addAll(question.orElse(List.of()));
            }
            if (owner.equals(DECISIONS)
                    && !method.startsWith(DECISIONS + ".")
                    && (name.equals("ask") || name.equals("askAll"))) {
                List<String> texts = question.orElse(List.of());
                if (texts.isEmpty()) {
                    facts.unnamedDecisions.add(method.replace('/', '.'));
                } else {
                    facts.inputsByDecision
                            .computeIfAbsent(texts.get(0), decision -> new TreeSet<>())
                            .addAll(texts.subList(1, texts.size()));
                }
                question = Optional.empty();
            }
            if (owner.equals(ANSWER) && (name.equals("text") || name.equals("number"))) {
                facts.outputs.add(lastText);
            }
            if (owner.equals(BPMN_ERROR) && name.equals("<init>")) {
                facts.throwsErrors = true;
            }
            if (owner.startsWith(PRODUCT) && SCOPES.stream().anyMatch(descriptor::contains)) {
                facts.handsScopeTo.add(owner);
            }
        }
    }

    private static Map<String, String> variableNames() {
        Map<String, String> names = new HashMap<>();
        for (Field field : Variable.class.getFields()) {
            try {
                if (field.get(null) instanceof Variable<?> variable) {
                    names.put(field.getName(), variable.name());
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return names;
    }
}
