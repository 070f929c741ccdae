/** The keys of hitless.yaml, as docs/reference/hitless-yaml.md lists them. `PATTERN`, `NAME` and `[]` stand for the user's own. */
export const SETTINGS_KEYS = [
  'images',
  'images.PATTERN',
  'images.PATTERN.command',
  'images.PATTERN.archive',
  'images.PATTERN.root',
  'images.PATTERN.env',
  'images.PATTERN.workingDir',
  'images.PATTERN.stopSignal',
  'hostServices',
  'change',
  'change.restart',
  'change.setImage',
  'change.manifests',
  'load',
  'load.target',
  'load.requests',
  'load.requests[].method',
  'load.requests[].path',
  'load.requests[].headers',
  'load.requests[].data',
  'load.requests[].dataHex',
  'load.requests[].dataFile',
  'load.requests[].weight',
  'load.rate',
  'load.lanes',
  'load.lanes[].lane',
  'load.lanes[].share',
  'load.lanes[].connections',
  'load.lanes[].maxAge',
  'load.timeout',
  'load.connectTimeout',
  'load.success',
  'load.expectHeaders',
  'load.expectBody',
  'load.expectBodyLength',
  'load.expectBodySha256',
  'load.requestId',
  'load.protocol',
  'load.sessions',
  'load.sessionDuration',
  'load.stallTimeout',
  'load.messageInterval',
  'load.expectEcho',
  'load.whole',
  'load.tls',
  'load.tls.cacert',
  'load.tls.cert',
  'load.tls.key',
  'load.tls.servername',
  'load.tls.insecure',
  'path',
  'expect',
  'expect.dropped',
  'baseline',
  'settle',
  'timeout',
] as const

/** Keys of the product that a later version reads, with what to use today. */
export const LATER_KEYS: Readonly<Record<string, string>> = {
  'change.command': 'use change.setImage, change.restart or change.manifests',
}

/** The propagation profiles there are; `path` names one. */
export const PATHS = ['none', 'kube-proxy'] as const

/** The keys directly below `parent` (`''` for the top): `load.requests[]` → method, path, headers, weight. */
export function keysBelow(parent: string): readonly string[] {
  const prefix = parent === '' ? '' : `${parent}.`
  return SETTINGS_KEYS.filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .filter((key) => !key.includes('.'))
}
