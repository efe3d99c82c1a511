package dev.tidelock.examples.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Everything that an app can name says what it is for: every public or protected type, method, constructor, constant and enum constant of the modules has a
 * doc comment, outside the internal packages. What overrides something has that thing's; a record's components are documented where the record is.
 */
class JavadocTest {
    @Test
    void publicApi_isDocumented() throws Exception {
        List<Path> files = sources();
        assertFalse(files.isEmpty());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> undocumented = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Undocumented(docs, undocumented).scan(unit, null);
            }
        }
        assertEquals("", String.join("\n", undocumented), "without a doc comment");
    }

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            List<Path> roots = modules.filter(
                            module -> module.getFileName().toString().startsWith("sync-"))
                    .map(module -> module.resolve("src/main/java"))
                    .collect(Collectors.toList());
            for (Path root : roots) {
                try (Stream<Path> all = Files.walk(root)) {
                    all.filter(file -> file.toString().endsWith(".java") && !isInternal(root.relativize(file)))
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    private static boolean isInternal(Path file) {
        for (Path part : file) {
            if (part.toString().equals("internal")) {
                return true;
            }
        }
        return false;
    }

    /** Walks through the types that others can name, and what they can name in them. */
    private static final class Undocumented extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final List<String> found;

        Undocumented(DocTrees docs, List<String> found) {
            this.docs = docs;
            this.found = found;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (!isOpen(type.getModifiers())) {
                return null;
            }
            require(type.getSimpleName().toString());
            return super.visitClass(type, unused);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            boolean overrides = method.getModifiers().getAnnotations().stream()
                    .map(AnnotationTree::getAnnotationType)
                    .anyMatch(annotation -> annotation.toString().equals("Override"));
            boolean ofRecord = owner().getKind() == Tree.Kind.RECORD
                    && method.getReturnType() == null; // its parameters are the record's components
            if (isOpen(method.getModifiers()) && !overrides && !ofRecord) {
                require(owner().getSimpleName() + "." + method.getName());
            }
            return null; // nobody can name what is inside
        }

        @Override
        public Void visitVariable(VariableTree field, Void unused) {
            boolean component = owner().getKind() == Tree.Kind.RECORD
                    && !field.getModifiers().getFlags().contains(Modifier.STATIC);
            if (isOpen(field.getModifiers()) && !component) {
                require(owner().getSimpleName() + "." + field.getName());
            }
            return null;
        }

        private ClassTree owner() {
            return (ClassTree) getCurrentPath().getParentPath().getLeaf();
        }

        /** What is in an interface is public without saying so. */
        private boolean isOpen(ModifiersTree modifiers) {
            Set<Modifier> flags = modifiers.getFlags();
            TreePath above = getCurrentPath().getParentPath();
            boolean inInterface = above.getLeaf() instanceof ClassTree owner
                    && (owner.getKind() == Tree.Kind.INTERFACE || owner.getKind() == Tree.Kind.ANNOTATION_TYPE)
                    && !flags.contains(Modifier.PRIVATE);
            return inInterface || flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
        }

        private void require(String name) {
            String comment = docs.getDocComment(getCurrentPath());
            if (comment == null || comment.trim().isEmpty()) {
                found.add(getCurrentPath().getCompilationUnit().getPackageName() + "." + name);
            }
        }
    }
}
