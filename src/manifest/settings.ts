/**
 * `hitless.yaml`: what the manifests cannot say. Every key is optional; the defaults are filled in
 * here and nowhere else. Durations are milliseconds once read.
 */
export interface Settings {
  /** How an image runs as a process, by pattern: `websample:*`, where `*` stands for anything. First match wins. */
  readonly images: readonly ImageMapping[]
  /** Ports on this machine's loopback that pods reach at `host.hitless.internal`. */
  readonly hostServices: readonly number[]
  readonly change: Change
  readonly load: LoadSettings
  /** The propagation profile's name. */
  readonly path: string
  readonly expect: { readonly dropped: number }
  /** Steady load before the change. */
  readonly baselineMs: number
  /** Load after the rollout is complete and the last old pod is gone. */
  readonly settleMs: number
  /** The whole run is cut off after this long, and is then inconclusive. */
  readonly timeoutMs: number
}

/** What pods need to know of this machine. */
export type MachineSettings = Pick<Settings, 'images' | 'hostServices'>

export interface ImageMapping {
  readonly pattern: string
  /** `{tag}` in any string stands for the image's tag (`latest` where there is none). */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** An image archive, absolute: what is not said here is as in it. */
  readonly archive?: string
  /** The directory that is the root of its containers, absolute. */
  readonly root?: string
  /**
   * Absolute: relative ones are taken from the directory of hitless.yaml. With an archive or a root it is a place inside;
   * empty where nothing is said.
   */
  readonly workingDir: string
  readonly stopSignal?: string
}

/** What is changed under load. Without any: a restart, as `kubectl rollout restart` does it. */
export type Change =
  | { readonly kind: 'restart'; readonly deployment?: string }
  | {
      readonly kind: 'set-image'
      readonly deployment: string
      /** By container name. */
      readonly images: Readonly<Record<string, string>>
    }
  /** Applies other manifests: a file or directory, absolute. */
  | { readonly kind: 'manifests'; readonly path: string }

export interface LoadSettings {
  /** `service/NAME` or `service/NAME:PORT`; absent: the only Service that selects the Deployment's pods. */
  readonly target?: string
  readonly requests: readonly {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    /** The body; the message of a call, and what is sent on a WebSocket. */
    readonly body?: string | Uint8Array
    /** Absolute: a file that has the body. */
    readonly bodyFile?: string
    readonly weight: number
  }[]
  /** Requests per second in all; 0 where sessions are held. */
  readonly ratePerSecond: number
  readonly lanes: readonly {
    readonly lane: 'new' | 'reused' | 'idle' | 'long'
    /** 0 of the lane `long`, which has sessions. */
    readonly share: number
    readonly connections?: number
    readonly connectionAgeMsMax?: number
    readonly sessions?: number
    readonly sessionMs?: number
  }[]
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  readonly okStatuses: readonly (readonly [low: number, high: number])[]
  /** What else an answer must be. */
  readonly expected?: {
    readonly bodyLength?: number
    readonly bodySha256?: string
    readonly bodyPattern?: string
    readonly headers?: readonly { readonly name: string; readonly value: string }[]
  }
  /** The header in which each request says which it is; absent: none does. */
  readonly requestId?: string
  /** HTTP/2 is agreed on by ALPN with TLS, and with prior knowledge without. */
  readonly protocol: 'http1' | 'http2' | 'grpc' | 'websocket' | 'sse' | 'download'
  /** How sessions go; of the last three protocols. */
  readonly session?: {
    readonly messageIntervalMs?: number
    readonly expectsEcho?: boolean
    readonly stallMs?: number
    readonly isWhole?: boolean
  }
  /** Present: the Service speaks TLS. */
  readonly tls?: TlsSettings
}

/** How TLS is spoken, in the words of the flags of `hitless load`. Paths are absolute. */
export interface TlsSettings {
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  readonly insecure?: boolean
}

/** 200 req/s, 20 % on new connections and 80 % on 16 reused ones, statuses 200 to 399 are ok. */
export const DEFAULT_SETTINGS: Settings = {
  images: [],
  hostServices: [],
  change: { kind: 'restart' },
  load: {
    requests: [{ method: 'GET', path: '/', headers: {}, weight: 1 }],
    ratePerSecond: 200,
    lanes: [
      { lane: 'new', share: 0.2 },
      { lane: 'reused', share: 0.8, connections: 16 },
    ],
    timeoutMs: 5_000,
    connectTimeoutMs: 2_000,
    okStatuses: [[200, 399]],
    requestId: 'X-Request-Id',
    protocol: 'http1',
  },
  path: 'kube-proxy',
  expect: { dropped: 0 },
  baselineMs: 5_000,
  settleMs: 3_000,
  timeoutMs: 300_000,
}
