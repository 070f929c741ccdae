import { defineConfig } from 'rolldown'

/**
 * `dist`: what `hitless` runs. A start reads a few files in place of hundreds, which halves its time
 * (docs/decisions/0010-bundled.md). Names carry no hash, so that a build replaces the one before.
 */
export default defineConfig({
  input: {
    main: 'src/cli/main.ts',
    // What `import … from 'hitless/load'` leads to.
    'load-library': 'src/cli/load-library.ts',
    // Threads are started by the path of their file, which no bundler follows.
    'load-thread': 'src/cli/threads/load-thread.ts',
    'proxy-thread': 'src/cli/threads/proxy-thread.ts',
    // Started in a container.
    'service-gateway': 'src/cli/engine/service-gateway.ts',
  },
  platform: 'node',
  output: {
    // As deep as in `src`: both find package.json at ../../.
    dir: 'dist/cli',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
  },
})
