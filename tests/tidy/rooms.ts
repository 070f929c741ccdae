/**
 * What each room of `src/` may import besides itself. Low to high: a room imports only rooms above it
 * in this list. `base` is open to all and not repeated.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  api: [],
  world: [],
  manifest: words('api world'),
  store: words('api world'),
  timeline: words('api'),
  apiserver: words('api world store'),
  client: words('api world store'),
  runtime: words('api world timeline'),
  load: words('world timeline'),
  verdict: words('api timeline'),
  lint: words('api manifest'),
  controllers: words('api world timeline client'),
  node: words('api world timeline client runtime'),
  proxy: words('api world timeline client'),
  ingress: words('api world timeline client'),
  dns: words('api world client'),
  report: words('api timeline verdict lint'),
  cluster: words(
    'api world timeline store apiserver client controllers runtime node proxy ingress dns',
  ),
  dashboard: words('world timeline verdict report'),
  experiment: words('api world timeline manifest client cluster load verdict'),
  // Also composes what `cluster` composes, over a world of its own.
  simulator: words(
    'api world manifest timeline verdict runtime load experiment store client controllers ' +
      'node proxy ingress cluster',
  ),
  // Everything; picks the live or the simulated world.
  cli: words(
    'api world manifest store timeline apiserver client runtime load verdict lint controllers ' +
      'node proxy ingress dns report cluster dashboard experiment simulator',
  ),
}

/** Installed packages, and the only rooms that may use them. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  yaml: ['manifest', 'apiserver'],
  ws: ['world'],
  'dns-packet': ['dns'],
  '@peculiar/x509': ['world'],
  'reflect-metadata': ['world'],
  commander: ['cli'],
  'log-update': ['cli'],
  '@bomb.sh/tab': ['cli'],
}

/** The rooms (or parts of one) that touch the operating system. */
export function mayTouchSystem(path: string): boolean {
  return path.startsWith('src/world/live/') || path.startsWith('src/cli/')
}

/** Turns a given time into text and back, and never asks what time it is. */
export const CALENDAR_FILE = 'src/base/timestamp.ts'

function words(text: string): readonly string[] {
  return text.split(' ')
}
