import { ApiError } from '../api/api-error.ts'

/** The form in which a client wants its answer. */
export interface AnswerForm {
  readonly media: 'json' | 'yaml'
  /** Plain objects, one of the two transformations that any object can be asked for, or aggregated discovery. */
  readonly as: 'object' | 'table' | 'metadata' | 'discovery'
  /** The version of the transformation: `v1`, `v1beta1`, of discovery `v2`, `v2beta1`. */
  readonly version: string
}

const JSON_TYPES: readonly string[] = ['application/json', 'application/*', '*/*']
const PLAIN: AnswerForm = { media: 'json', as: 'object', version: '' }

/**
 * The first of the wanted forms that there is (RFC 9110 section 12.5.1, without weights, as Kubernetes).
 * Throws ApiError NotAcceptable.
 */
export function negotiate(accept: string | undefined): AnswerForm {
  if (accept === undefined || accept.trim() === '') return PLAIN
  for (const range of accept.split(',')) {
    const form = formOf(range)
    if (form !== undefined) return form
  }
  throw new ApiError(
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  )
}

function formOf(range: string): AnswerForm | undefined {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
  const isYaml = type.toLowerCase() === 'application/yaml'
  if (!isYaml && !JSON_TYPES.includes(type.toLowerCase())) return undefined
  const given = new Map(parameters.map((parameter) => splitOnce(parameter)))
  const media = isYaml ? 'yaml' : 'json'
  const version = given.get('v') ?? 'v1'
  switch (given.get('as')) {
    case undefined:
      return { ...PLAIN, media }
    case 'Table':
      return given.get('g') === 'meta.k8s.io' ? { media, as: 'table', version } : undefined
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList':
      return given.get('g') === 'meta.k8s.io' ? { media, as: 'metadata', version } : undefined
    case 'APIGroupDiscoveryList':
      return { media, as: 'discovery', version }
    default:
      return undefined
  }
}

function splitOnce(parameter: string): [string, string] {
  const at = parameter.indexOf('=')
  return at < 0 ? [parameter, ''] : [parameter.slice(0, at), parameter.slice(at + 1)]
}
