// Builds three entries, residents' pages, officials' desk and the operations center, into the app that serves them.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const target = resolve(import.meta.dirname, "../src/dothi/web/components/static/dist");
const LARGE = 400_000;
const governed = resolve(import.meta.dirname, "node_modules/govuk-frontend/dist/govuk");

// Pages inline their icons, so only the drawings that icons.json names leave the package.
function icons(): Plugin {
  return {
    name: "icons",
    generateBundle() {
      const names: string[] = JSON.parse(readFileSync(resolve(import.meta.dirname, "icons.json"), "utf8"));
      const drawn = Object.fromEntries(names.map((name) => [name, drawing(name)]));
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(drawn) });
    },
  };
}

function drawing(name: string): string {
  const file = resolve(import.meta.dirname, `node_modules/lucide-static/icons/${name}.svg`);
  const [, inner] = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(file, "utf8")) ?? [];
  if (!inner) throw new Error(`no drawing in ${file}`);
  return inner.replace(/\s+/g, " ").trim();
}

// WhiteNoise serves a .br or .gz that stands beside a file: compressed once here, never per request.
function compressed(): Plugin {
  return {
    name: "compressed",
    writeBundle() {
      for (const file of readdirSync(target, { recursive: true, encoding: "utf8" })) {
        if (!/\.(css|js|svg|json)$/.test(file)) continue;
        const raw = readFileSync(join(target, file));
        // The map is large, and the last percent of it would cost ten seconds at every set-up.
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: raw.length > LARGE ? 9 : 11 } };
        writeFileSync(join(target, `${file}.br`), brotliCompressSync(raw, quality));
        writeFileSync(join(target, `${file}.gz`), gzipSync(raw, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "/static/dist/",
  publicDir: "public",
  plugins: [icons(), compressed()],
  resolve: { alias: { govuk: governed } },
  css: { preprocessorOptions: { scss: { loadPaths: ["node_modules"], quietDeps: true } } },
  worker: { format: "es" }, // the map's worker is a module of this origin
  build: {
    outDir: target,
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0, // a data: image would need a hole in the content security policy
    chunkSizeWarningLimit: 1_200, // the map, which only the center fetches
    modulePreload: { polyfill: false },
    target: ["es2020", "safari14"],
    rollupOptions: { input: { resident: "src/resident.ts", desk: "src/desk.ts", center: "src/center.ts" } },
  },
});
