import com.android.tools.r8.D8;
import com.android.tools.r8.D8Command;
import com.android.tools.r8.OutputMode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.ForwardingJavaFileObject;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jetbrains.kotlin.cli.common.ExitCode;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;

/**
 * Makes an unsigned APK of every rule sample: one process, because starting a compiler costs more than a sample does.
 * Started by build.sh: BuildSamples TOOLS OUT JARS [rules/ids ...], with JARS the class path of the samples.
 */
public final class BuildSamples {
    private static final Pattern COMPONENT = Pattern.compile("class (\\w+)(?:\\([^)]*\\))? (?:extends|:) (\\w+)");
    private final Path tools;
    private final Path out;
    private final String classPath;
    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();

    private BuildSamples(Path tools, Path out, String classPath) {
        this.tools = tools;
        this.out = out;
        this.classPath = classPath;
    }

    public static void main(String[] args) throws Exception {
        BuildSamples builder = new BuildSamples(Path.of(args[0]), Path.of(args[1]), args[2]);
        List<Path> sources = new ArrayList<>();
        for (String rule : Arrays.asList(args).subList(3, args.length)) {
            try (Stream<Path> files = Files.list(Path.of(rule))) {
                files.filter(f -> f.getFileName().toString().matches("(bad|good)-.*\\.(java|kt)")).sorted().forEach(sources::add);
            }
        }
        int failed = 0;
        for (Path source : sources) {
            try {
                builder.build(source);
            } catch (Exception e) {
                failed++;
                System.err.println(source + ": " + e);
            }
        }
        System.err.println(sources.size() - failed + " samples built, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private void build(Path source) throws Exception {
        String file = source.getFileName().toString();
        String name = file.substring(0, file.lastIndexOf('.'));
        Path work = out.resolve(source.getParent().getFileName().toString()).resolve(name);
        delete(work);
        Path classes = Files.createDirectories(work.resolve("classes"));
        Path generated = Files.createDirectories(work.resolve("java"));
        Path base = link(source, name, work, generated);
        compile(source, classes, generated);

        D8Command.Builder d8 = D8Command.builder().setMinApiLevel(26).setOutput(work, OutputMode.DexIndexed);
        d8.addLibraryFiles(out.resolve("../framework.jar").normalize(), tools.resolve("jdk11.jar"));
        for (String jar : classPath.split(":")) if (!jar.endsWith("framework.jar")) d8.addClasspathFiles(Path.of(jar));
        try (Stream<Path> all = Files.walk(classes)) {
            d8.addProgramFiles(all.filter(f -> f.toString().endsWith(".class")).sorted().collect(Collectors.toList()));
        }
        D8.run(d8.build());

        Path built = Files.createDirectories(source.resolveSibling("built"));
        pack(base, work.resolve("classes.dex"), built.resolve(name + ".apk"));
    }

    /** The manifest and the resources: the sample's own, or else a manifest in which nothing is wrong. */
    private Path link(Path source, String name, Path work, Path generated) throws Exception {
        Path own = source.resolveSibling(name + ".manifest.xml");
        Path resources = source.resolveSibling(name + ".res");
        Path manifest = work.resolve("AndroidManifest.xml");
        String text = Files.exists(own) ? Files.readString(own) : defaultManifest(Files.readString(source));
        Files.writeString(manifest, text);
        Path base = work.resolve("base.apk");
        List<String> link = new ArrayList<>(List.of(tools.resolve("aapt2").toString(), "link", "--manifest", manifest.toString(),
            "-I", tools.resolve("framework.apk").toString(), "-o", base.toString(), "--java", generated.toString(), "--custom-package", "sample",
            "--compile-sdk-version-code", "34", "--compile-sdk-version-name", "14"));
        if (Files.isDirectory(resources)) {
            Path zip = work.resolve("res.zip");
            run(List.of(tools.resolve("aapt2").toString(), "compile", "--dir", resources.toString(), "-o", zip.toString()));
            link.add(zip.toString());
        }
        if (text.contains("@xml/nothing_leaves")) link.add(out.resolve("default.zip").toString());
        run(link);
        return base;
    }

    private static String defaultManifest(String source) {
        StringBuilder components = new StringBuilder();
        String application = "";
        Matcher matcher = COMPONENT.matcher(source);
        boolean launcher = false;
        while (matcher.find()) {
            if (matcher.group(2).equals("Application")) application = " android:name=\"sample." + matcher.group(1) + "\"";
            if (!matcher.group(2).equals("Activity")) continue;
            components.append("<activity android:name=\"sample.").append(matcher.group(1)).append("\" android:exported=\"").append(!launcher).append("\">");
            if (!launcher) {
                components.append("<intent-filter><action android:name=\"android.intent.action.MAIN\"/>")
                    .append("<category android:name=\"android.intent.category.LAUNCHER\"/></intent-filter>");
            }
            components.append("</activity>\n");
            launcher = true;
        }
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            + "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" package=\"com.example.sample\""
            + " android:versionCode=\"1\" android:versionName=\"1.0\">\n"
            + "<uses-sdk android:minSdkVersion=\"26\" android:targetSdkVersion=\"34\"/>\n"
            + "<uses-permission android:name=\"android.permission.INTERNET\"/>\n"
            + "<application" + application + " android:label=\"Sample\" android:allowBackup=\"false\""
            + " android:dataExtractionRules=\"@xml/nothing_leaves\">\n" + components + "</application>\n</manifest>\n";
    }

    private void compile(Path source, Path classes, Path generated) throws Exception {
        List<Path> java = new ArrayList<>();
        try (Stream<Path> all = Files.walk(generated)) {
            all.filter(f -> f.toString().endsWith(".java")).forEach(java::add);
        }
        if (source.toString().endsWith(".kt")) {
            ExitCode code = new K2JVMCompiler().exec(System.err, "-no-stdlib", "-no-reflect", "-nowarn", "-jvm-target", "11",
                "-Xno-param-assertions", "-Xno-call-assertions", "-cp", tools.resolve("kotlin-stdlib.jar") + ":" + classPath,
                "-d", classes.toString(), source.toString(), generated.toString());
            if (code != ExitCode.OK) throw new IOException("kotlinc failed");
        } else {
            java.add(source);
        }
        if (java.isEmpty()) return;
        StandardJavaFileManager files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        List<JavaFileObject> units = new ArrayList<>();
        for (JavaFileObject unit : files.getJavaFileObjectsFromPaths(java)) units.add(new AnyName(unit));
        boolean ok = javac.getTask(null, files, null, List.of("--release", "11", "-g", "-nowarn", "-Xlint:-options", "-proc:none",
            "-cp", classPath, "-d", classes.toString()), null, units).call();
        if (!ok) throw new IOException("javac failed");
    }

    /** Lets a file hold several public classes, so that a sample can be one file and its activities public. */
    private static final class AnyName extends ForwardingJavaFileObject<JavaFileObject> {
        AnyName(JavaFileObject file) { super(file); }

        @Override public boolean isNameCompatible(String simpleName, Kind kind) { return kind == Kind.SOURCE; }
    }

    private static void pack(Path base, Path dex, Path apk) throws IOException {
        try (ZipFile in = new ZipFile(base.toFile()); OutputStream file = Files.newOutputStream(apk); ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.setLevel(9);
            for (ZipEntry old : in.stream().collect(Collectors.toList())) {
                ZipEntry entry = new ZipEntry(old.getName());
                entry.setMethod(old.getMethod());
                if (old.getMethod() == ZipEntry.STORED) {
                    entry.setSize(old.getSize());
                    entry.setCrc(old.getCrc());
                }
                put(zip, entry, in.getInputStream(old).readAllBytes());
            }
            put(zip, new ZipEntry("classes.dex"), Files.readAllBytes(dex));
        }
    }

    private static void put(ZipOutputStream zip, ZipEntry entry, byte[] bytes) throws IOException {
        entry.setTimeLocal(java.time.LocalDateTime.of(1981, 1, 1, 1, 1, 2)); // as the Android build tools do
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) throw new IOException(command.get(1) + " failed");
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) return;
        try (Stream<Path> all = Files.walk(path)) {
            for (Path p : all.sorted((a, b) -> b.compareTo(a)).collect(Collectors.toList())) Files.delete(p);
        }
    }
}
