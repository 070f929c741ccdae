import { KINDS, kindNames } from '../api/kinds.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../world/clock.ts'
import type { ServerRequest } from '../world/http-server.ts'
import { jsonAnswer, textAnswer, type Answer } from './answer.ts'
import type { Authenticators } from './authentication.ts'
import { negotiate } from './content-type.ts'
import { discoveryDocument } from './discovery.ts'
import type { Metrics } from './metrics.ts'
import { openApiDocument, openApiHash, openApiIndex } from './openapi/openapi.ts'
import { answerOpenApiV2 } from './openapi/openapi-v2.ts'
import { readWriteQuery } from './request-options.ts'
import { groupOf } from './request-path.ts'
import { isPretty } from './resource-requests.ts'
import { answerReview, isAmongReviews, reviewAt } from './reviews.ts'
import { methodNotAllowed, resourceNotFound } from './status-answer.ts'
import type { User } from './user.ts'
import { versionDocument } from './version.ts'

export interface NonResourceContext extends Authenticators {
  readonly store: Store
  readonly clock: Clock
  readonly metrics: Metrics
  readonly version: string
  readonly memoryBytes?: () => number
}

export interface NonResourceExchange {
  readonly request: ServerRequest
  readonly path: string
  readonly query: URLSearchParams
  /** Absent where everybody is let in. */
  readonly user: User | undefined
  readBody(): Promise<Uint8Array>
}

/** https://kubernetes.io/docs/reference/using-api/health-checks/ */
const HEALTH_PATHS: readonly string[] = ['/healthz', '/livez', '/readyz']

/** Health tells nothing that needs a token. */
export function isOpenToAll(path: string): boolean {
  return HEALTH_PATHS.some((health) => path === health || path.startsWith(`${health}/`))
}

/** Everything that is no object: health, version, discovery, schemas, metrics. Undefined: there is no such page. */
export async function answerNonResource(
  context: NonResourceContext,
  exchange: NonResourceExchange,
): Promise<Answer | undefined> {
  const { request, path } = exchange
  if (reviewAt(path) === undefined && isAmongReviews(path)) throw resourceNotFound()
  if (request.method === 'POST') return answerPost(context, exchange)
  if (reviewAt(path) !== undefined) throw methodNotAllowed()
  if (isOpenToAll(path)) return answerHealth(exchange)
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed()
  switch (path) {
    case '/version':
    case '/version/':
      return json(exchange, versionDocument(context.version), { pretty: true })
    case '/metrics':
      return textAnswer(200, renderMetrics(context))
    case '/openapi/v2':
      return answerOpenApiV2(request.headers['accept'])
    case '/openapi/v3':
    case '/openapi/v3/':
      return json(exchange, openApiIndex())
    default:
      return path.startsWith('/openapi/v3/') ? answerOpenApi(exchange) : answerDiscovery(exchange)
  }
}

async function answerPost(
  context: NonResourceContext,
  exchange: NonResourceExchange,
): Promise<Answer | undefined> {
  const { request, query, user } = exchange
  const review = reviewAt(exchange.path)
  if (review === undefined || user === undefined) return undefined
  const body = { bytes: await exchange.readBody(), contentType: request.headers['content-type'] }
  const asked = readWriteQuery(query, 'Create', { userAgent: request.headers['user-agent'] ?? '' })
  const asker = { ...context, user, nowMs: context.clock.wallMs() }
  const { object, warnings } = answerReview(review, body, asked, asker)
  const form = negotiate(request.headers['accept'])
  return jsonAnswer(201, JSON.stringify(object), form, { ...prettiness(exchange), warnings })
}

function answerHealth({ path, query }: NonResourceExchange): Answer {
  const [, name = 'healthz'] = path.split('/')
  const isVerbose = query.has('verbose')
  return textAnswer(200, isVerbose ? `[+]ping ok\n${name} check passed\n` : 'ok')
}

/**
 * The address changes with the content, so an answer to it stays good for ever; an address of other content
 * leads to that of today's.
 */
function answerOpenApi(exchange: NonResourceExchange): Answer | undefined {
  const name = exchange.path.slice('/openapi/v3/'.length)
  const document = openApiDocument(name)
  if (document === undefined) return undefined
  const hash = openApiHash(name)
  const asked = exchange.query.get('hash')
  if (asked !== null && asked !== hash) {
    const location = `${exchange.path}?hash=${hash}`
    return { ...textAnswer(301, ''), headers: { location } }
  }
  const lasting = { 'cache-control': 'public, immutable, max-age=31536000' }
  const headers = { etag: `"${hash}"`, ...(asked === null ? {} : lasting) }
  return { ...jsonAnswer(200, JSON.stringify(document)), headers }
}

function answerDiscovery(exchange: NonResourceExchange): Answer | undefined {
  // What there is not is not there in any format.
  if (discoveryDocument(exchange.path, 'plain') === undefined) return undefined
  const form = negotiate(exchange.request.headers['accept'])
  const isAggregated = form.as === 'discovery'
  const accept = isAggregated
    ? form.version === 'v2'
      ? 'aggregated-v2'
      : 'aggregated-v2beta1'
    : 'plain'
  const document = discoveryDocument(exchange.path, accept, exchange.request.headers['host'])
  if (document === undefined) return undefined
  const answer = json(exchange, document)
  const isWhole = exchange.path === '/api' || exchange.path === '/apis'
  return isAggregated && isWhole
    ? {
        ...answer,
        contentType: `application/json;g=apidiscovery.k8s.io;v=${form.version};as=APIGroupDiscoveryList`,
      }
    : answer
}

function renderMetrics({ metrics, store, memoryBytes }: NonResourceContext): string {
  return metrics.render({
    objectCounts: countObjects(store),
    ...(memoryBytes === undefined ? {} : { memoryBytes: memoryBytes() }),
  })
}

/** By resource, as `deployments.apps`. */
function countObjects(store: Store): Readonly<Record<string, number>> {
  return Object.fromEntries(
    kindNames().map((kind) => {
      const { plural, apiVersion } = KINDS[kind]
      const group = groupOf(apiVersion)
      return [group === '' ? plural : `${plural}.${group}`, store.list(kind).items.length]
    }),
  )
}

function json(
  exchange: NonResourceExchange,
  document: object,
  options = prettiness(exchange),
): Answer {
  const form = negotiate(exchange.request.headers['accept'])
  return jsonAnswer(200, JSON.stringify(document), form, options)
}

function prettiness({ query, request }: NonResourceExchange) {
  return { pretty: isPretty(query, request.headers) }
}
