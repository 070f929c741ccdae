import type { FactBody, FactKind } from './fact.ts'

/** The JSON type of a field: `string`, `number`, `boolean`, `object` or `array`, with `?` where it may be absent. */
type FieldShape = string

/** Taken apart member by member: the keys of the whole union at once are too much for the checker. */
type FieldsOf<K, Body = FactBody> = Body extends { readonly kind: K }
  ? Exclude<keyof Body, 'kind'>
  : never

/** Every field of every kind: the type makes a forgotten or unknown one an error. */
export const FACT_FIELDS: {
  readonly [K in FactKind]: Readonly<Record<FieldsOf<K>, FieldShape>>
} = {
  'phase-started': { phase: 'string' },
  'change-applied': { description: 'string' },
  'run-interrupted': { reason: 'string' },
  'deployment-observed': {
    deployment: 'object',
    strategy: 'string',
    observed: 'boolean',
    desired: 'number',
    replicas: 'number',
    updated: 'number',
    ready: 'number',
    available: 'number',
    progress: 'string?',
  },
  'replicaset-observed': {
    replicaSet: 'object',
    deployment: 'string?',
    desired: 'number',
    ready: 'number',
    images: 'array',
  },
  'pod-observed': {
    pod: 'object',
    owner: 'object?',
    images: 'array',
    phase: 'string',
    ready: 'boolean',
    ip: 'string?',
    terminating: 'object?',
    restarts: 'number',
    waiting: 'string?',
  },
  'pod-removed': { pod: 'object' },
  'endpoints-observed': { service: 'object', endpoints: 'array' },
  event: { type: 'string', reason: 'string', object: 'object', message: 'string' },
  'container-started': {
    pod: 'object',
    container: 'string',
    restart: 'number',
    processId: 'number',
  },
  'container-exited': {
    pod: 'object',
    container: 'string',
    restart: 'number',
    exitCode: 'number',
    signal: 'string?',
    reason: 'string',
    lastOutput: 'string?',
  },
  'back-off': { pod: 'object', container: 'string', delayMs: 'number' },
  'container-stopping': {
    pod: 'object',
    container: 'string',
    cause: 'string',
    graceSeconds: 'number',
  },
  'signal-sent': { pod: 'object', container: 'string', signal: 'string' },
  'hook-started': { pod: 'object', container: 'string', hook: 'string' },
  'hook-finished': {
    pod: 'object',
    container: 'string',
    hook: 'string',
    outcome: 'string',
    message: 'string?',
  },
  'probe-result-changed': {
    pod: 'object',
    container: 'string',
    probe: 'string',
    success: 'boolean',
    message: 'string?',
  },
  'probe-ended': {
    pod: 'object',
    container: 'string',
    probe: 'string',
    outcome: 'string',
    consecutive: 'number',
    message: 'string?',
    tookMs: 'number',
  },
  'limit-not-enforced': {
    node: 'string',
    resource: 'string',
    pod: 'object',
    container: 'string',
  },
  'listener-opened': { pod: 'object', port: 'number', resolutionMs: 'number' },
  'listener-closed': { pod: 'object', port: 'number', resolutionMs: 'number' },
  'connections-closed': {
    pod: 'object',
    port: 'number',
    listening: 'boolean',
    before: 'number?',
    resolutionMs: 'number',
  },
  'proxy-programmed': { service: 'object', port: 'number', endpoints: 'array' },
  'connection-routed': {
    service: 'object',
    clientPort: 'number',
    endpoint: 'object',
    result: 'string',
    errno: 'string?',
  },
  'generator-stalled': { stallMs: 'number' },
  'engine-stalled': { stallMs: 'number' },
  'bound-reached': { what: 'string', limit: 'number' },
}
