package dev.tidelock.examples.api;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a module lets others use, as sorted lines of text: public and protected types and members outside the internal packages. */
final class ApiText {
    private ApiText() {}

    /** @param one any class of the module */
    static List<String> of(Class<?> one) throws IOException, URISyntaxException, ClassNotFoundException {
        Path place =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        TreeSet<String> lines = new TreeSet<>();
        for (String name : classNames(place)) {
            Class<?> type = Class.forName(name, false, one.getClassLoader());
            if (isOpen(type)) {
                addLines(type, lines);
            }
        }
        return new ArrayList<>(lines);
    }

    private static List<String> classNames(Path place) throws IOException {
        List<String> paths = new ArrayList<>();
        if (Files.isDirectory(place)) {
            try (Stream<Path> files = Files.walk(place)) {
                files.forEach(
                        file -> paths.add(place.relativize(file).toString().replace('\\', '/')));
            }
        } else {
            try (InputStream in = Files.newInputStream(place);
                    JarInputStream jar = new JarInputStream(in)) {
                for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
                    paths.add(entry.getName());
                }
            }
        }
        return paths.stream()
                .filter(path ->
                        path.endsWith(".class") && !path.contains("/internal/") && !path.endsWith("-info.class"))
                .map(path ->
                        path.substring(0, path.length() - ".class".length()).replace('/', '.'))
                .collect(Collectors.toList());
    }

    private static boolean isOpen(Class<?> type) {
        boolean open = Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers());
        Class<?> outer = type.getEnclosingClass();
        return open && !type.isSynthetic() && (outer == null || isOpen(outer));
    }

    private static void addLines(Class<?> type, TreeSet<String> lines) {
        String name = type.getName();
        String above = type.getSuperclass() == null
                ? ""
                : " extends " + type.getGenericSuperclass().getTypeName();
        String beside = type.getInterfaces().length == 0
                ? ""
                : Arrays.stream(type.getGenericInterfaces())
                        .map(java.lang.reflect.Type::getTypeName)
                        .collect(Collectors.joining(", ", " implements ", ""));
        lines.add(name + ": " + Modifier.toString(type.getModifiers()) + (type.isInterface() ? "" : " class") + above
                + beside);
        for (Field field : type.getDeclaredFields()) {
            if (isOpen(field)) {
                lines.add(name + " " + field.toGenericString());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isOpen(constructor)) {
                lines.add(name + " " + constructor.toGenericString());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isOpen(method) && !method.isBridge()) {
                lines.add(name + " " + method.toGenericString());
            }
        }
    }

    private static boolean isOpen(Member member) {
        boolean open = Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
        return open && !member.isSynthetic();
    }
}
