import { ApiError, type StatusCause } from '../../api/api-error.ts'
import type { LogOptions } from '../../api/pod-access.ts'
import { parseQueryTime } from './query-time.ts'
import { readFlag, readInt64 } from './query-values.ts'

export interface LogQuery {
  /** Empty: the only one. */
  readonly container: string
  readonly options: LogOptions
}

/**
 * The query of `pods/log`. `insecureSkipTLSVerifyBackend` means nothing where no TLS is between the API server
 * and the node. Throws ApiError in the API server's words.
 */
export function readLogQuery(query: URLSearchParams, podName: string, nowMs: number): LogQuery {
  const sinceSeconds = readInt64(query, 'sinceSeconds')
  const sinceTimeMs = parseQueryTime(query.get('sinceTime') ?? '')
  const tailLines = readInt64(query, 'tailLines')
  const limitBytes = readInt64(query, 'limitBytes')
  const faults: StatusCause[] = []
  const refuse = (field: string, reason: string, message: string) =>
    faults.push({ field, reason, message })
  const refuseValue = (field: string, value: number, detail: string) =>
    refuse(field, 'FieldValueInvalid', `Invalid value: ${value}: ${detail}`)
  if (tailLines !== undefined && tailLines < 0) {
    refuseValue('tailLines', tailLines, 'must be greater than or equal to 0')
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    refuseValue('limitBytes', limitBytes, 'must be greater than 0')
  }
  if (sinceSeconds !== undefined && sinceTimeMs !== undefined) {
    const detail = 'at most one of `sinceTime` or `sinceSeconds` may be specified'
    refuse('[]', 'FieldValueForbidden', `Forbidden: ${detail}`)
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    refuseValue('sinceSeconds', sinceSeconds, 'must be greater than 0')
  }
  // Choosing a stream is behind a feature gate that is off in Kubernetes 1.34.
  if (query.has('stream'))
    refuse('stream', 'FieldValueForbidden', 'Forbidden: may not be specified')
  if (faults.length > 0) throw invalidOptions(podName, faults)
  const sinceMs = sinceSeconds === undefined ? sinceTimeMs : nowMs - sinceSeconds * 1_000
  return {
    container: query.get('container') ?? '',
    options: {
      follow: readFlag(query, 'follow'),
      previous: readFlag(query, 'previous'),
      timestamps: readFlag(query, 'timestamps'),
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...(tailLines === undefined ? {} : { tailLines }),
      ...(limitBytes === undefined ? {} : { limitBytes }),
    },
  }
}

function invalidOptions(name: string, faults: readonly StatusCause[]): ApiError {
  const texts = faults.map(({ field, message }) => `${field}: ${message}`)
  const listed = texts.length === 1 ? texts.join() : `[${texts.join(', ')}]`
  const kind = 'PodLogOptions'
  return new ApiError('Invalid', `${kind} ${JSON.stringify(name)} is invalid: ${listed}`, faults, {
    name,
    kind,
  })
}
