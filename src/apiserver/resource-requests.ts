import type { ApiObject } from '../api/meta.ts'
import type { ExpectedKind } from '../api/protobuf-decoder.ts'
import { SCALE_TABLE } from '../api/scale-table.ts'
import { fieldsOf } from '../base/fields.ts'
import type { AccountTokens } from './account-tokens.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../world/clock.ts'
import { jsonAnswer, type Answer } from './answer.ts'
import { decodeBody, decodeSent } from './body-decoder.ts'
import { negotiate, type AnswerForm } from './content-type.ts'
import { deleteCollection, deleteObject, deletionOptionsOf } from './deleting.ts'
import { evictPod } from './eviction.ts'
import { patchObject, patchTypeOf } from './patching.ts'
import { requestBinding } from './pod-binding.ts'
import { getObject, listObjects, objectName } from './reading.ts'
import { renderList, renderObject, type Outgoing } from './representation.ts'
import { readListQuery, readWriteQuery } from './request-options.ts'
import type { ResourcePath, ServedKind } from './request-path.ts'
import { getScale, writeScale } from './scale.ts'
import { badRequest, methodNotAllowed, resourceNotFound, success } from './status-answer.ts'
import { requestToken, TOKEN_REQUEST } from './token-request.ts'
import { createObject, updateObject, type RequestBody, type Written } from './writing.ts'

/** A request for objects that is answered at once: everything but watches and streams. */
export interface ResourceRequest {
  readonly method: string
  readonly path: ResourcePath
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface ResourceContext {
  readonly store: Store
  readonly clock: Clock
  /** Absent: accounts have none. */
  readonly accountTokens: AccountTokens | undefined
  /** For `Warning:` headers: what is accepted of an object, and has no effect. Default: nothing. */
  readonly notApplied?: (object: ApiObject) => readonly string[]
}

/** Throws ApiError. */
export function answerResourceRequest(context: ResourceContext, request: ResourceRequest): Answer {
  const { path } = request
  const form = negotiate(request.headers['accept'])
  const exchange = new Exchange(context, request, form)
  switch (path.subresource) {
    case undefined:
      return path.name === undefined ? exchange.collection() : exchange.object()
    case 'status':
    case 'finalize':
    case 'ephemeralcontainers':
    case 'resize':
      return exchange.part()
    case 'scale':
      return exchange.scale()
    case 'binding':
      return exchange.binding()
    case 'eviction':
      return exchange.eviction()
    case 'token':
      return exchange.token()
    default:
      throw methodNotAllowed()
  }
}

/** Browsers and command line tools for HTTP are read by people. */
export function isPretty(
  query: URLSearchParams,
  headers: Readonly<Record<string, string>>,
): boolean {
  const asked = query.get('pretty')
  if (asked !== null) return !['false', '0'].includes(asked)
  return /^(curl|Wget|Mozilla)\b/.test(headers['user-agent'] ?? '')
}

/** What every answer about a kind that is going warns of. */
export function deprecationsOf({ definition, other }: ServedKind): readonly string[] {
  const { deprecation } = other ?? definition
  return deprecation === undefined ? [] : [deprecation]
}

class Exchange {
  readonly #context: ResourceContext
  readonly #request: ResourceRequest
  readonly #form: AnswerForm

  constructor(context: ResourceContext, request: ResourceRequest, form: AnswerForm) {
    this.#context = context
    this.#request = request
    this.#form = form
  }

  collection(): Answer {
    const { method, path, query } = this.#request
    const { store } = this.#context
    const { definition } = path.served
    switch (method) {
      case 'GET': {
        const { items, metadata } = listObjects(store, path, readListQuery(query, definition))
        return this.#answer(200, renderList(items, metadata, this.#outgoing()))
      }
      case 'POST':
        return this.#written(createObject(store, path, this.#writeQuery('Create'), this.#body()))
      case 'DELETE': {
        if (definition.strategy.deletedSingly === true) throw methodNotAllowed()
        if (definition.namespaced && path.namespace === undefined) throw methodNotAllowed()
        const options = deletionOptionsOf(query, this.#body())
        const list = readListQuery(query, definition)
        const { items, metadata } = deleteCollection(store, path, list, options)
        return this.#answer(200, renderList(items, metadata, this.#outgoing()))
      }
      default:
        throw methodNotAllowed()
    }
  }

  object(): Answer {
    const { method, path, query } = this.#request
    const { store } = this.#context
    switch (method) {
      case 'GET':
        return this.#shown(getObject(store, path, query))
      case 'DELETE': {
        const deleted = deleteObject(store, path, deletionOptionsOf(query, this.#body()))
        return deleted.type === 'object'
          ? this.#shown(deleted.object)
          : this.#answer(200, JSON.stringify({ ...deleted.status, code: undefined }))
      }
      case 'PUT':
      case 'PATCH':
        return this.#write(method)
      default:
        throw methodNotAllowed()
    }
  }

  /** `status` and its like: the same object, of which another part is written. */
  part(): Answer {
    const { method, path, query } = this.#request
    const isOnlyPut = path.subresource === 'finalize'
    if (method === 'GET' && !isOnlyPut) {
      return this.#shown(getObject(this.#context.store, path, query))
    }
    if (method === 'PUT') return this.#write(method)
    if (method === 'PATCH' && !isOnlyPut) return this.#write(method)
    throw methodNotAllowed()
  }

  scale(): Answer {
    const { method, path } = this.#request
    const { store } = this.#context
    if (method === 'GET') return this.#scaleShown(getScale(store, path))
    if (method !== 'PUT' && method !== 'PATCH') throw methodNotAllowed()
    const query = this.#writeQuery(method === 'PUT' ? 'Update' : 'Patch')
    return this.#scaleShown(writeScale(store, path, query, { method, body: this.#body() }))
  }

  /** A Scale has one version and one table, whatever it scales. */
  #scaleShown(scale: ApiObject): Answer {
    const outgoing = this.#outgoing()
    const definition = { ...outgoing.served.definition, table: SCALE_TABLE }
    const served = { ...outgoing.served, definition, other: undefined }
    return this.#answer(200, renderObject(scale, { ...outgoing, served }))
  }

  binding(): Answer {
    const { method, path, query } = this.#request
    if (method !== 'POST') throw methodNotAllowed()
    const { store, clock } = this.#context
    const asked = readWriteQuery(query, 'Create')
    const warnings = requestBinding({ store, nowMs: clock.wallMs() }, path, asked, this.#body())
    const done = { ...success({}), details: undefined, code: 201 }
    return this.#answer(201, JSON.stringify(done), warnings)
  }

  eviction(): Answer {
    const { method, path, query } = this.#request
    if (method !== 'POST') throw methodNotAllowed()
    const { deleteOptions, metadata } = fieldsOf(
      this.#decoded({ apiVersion: 'policy/v1', kind: 'Eviction' }),
    )
    const { name } = fieldsOf(metadata)
    if (typeof name === 'string' && name !== '' && name !== path.name) {
      throw badRequest(`name in URL does not match name in Eviction object`)
    }
    const { dryRun } = readWriteQuery(query, 'Create')
    const body = new TextEncoder().encode(JSON.stringify(fieldsOf(deleteOptions)))
    const options = deletionOptionsOf(query, { bytes: body, contentType: undefined })
    const all = { ...options, dryRun: dryRun || options.dryRun }
    evictPod(this.#context.store, objectName(path), all, this.#context.clock.wallMs())
    return this.#answer(201, JSON.stringify({ ...success({}), details: undefined, code: 201 }))
  }

  token(): Answer {
    const { method, path } = this.#request
    const { store, clock, accountTokens: tokens } = this.#context
    if (method !== 'POST') throw methodNotAllowed()
    if (tokens === undefined) throw resourceNotFound()
    const { fieldValidation, manager } = this.#writeQuery('Create')
    const { object, warnings } = decodeSent(this.#body(), TOKEN_REQUEST, fieldValidation)
    const made = requestToken({ store, tokens, nowMs: clock.wallMs(), manager }, path, object)
    return this.#answer(201, JSON.stringify(made), warnings)
  }

  #write(method: 'PUT' | 'PATCH'): Answer {
    const { path } = this.#request
    const { store } = this.#context
    if (method === 'PUT') {
      return this.#written(updateObject(store, path, this.#writeQuery('Update'), this.#body()))
    }
    return this.#written(patchObject(store, path, this.#writeQuery('Patch'), this.#body()))
  }

  #writeQuery(verb: 'Create' | 'Update' | 'Patch') {
    const { query, headers } = this.#request
    const isApply = verb === 'Patch' && patchTypeOf(headers['content-type']) === 'apply'
    return readWriteQuery(query, verb, { isApply, userAgent: headers['user-agent'] ?? '' })
  }

  #body(): RequestBody {
    return { bytes: this.#request.body, contentType: this.#request.headers['content-type'] }
  }

  #decoded(expected: ExpectedKind): unknown {
    return decodeBody(this.#request.body, this.#request.headers['content-type'], expected)
  }

  #written({ object, created, warnings }: Written): Answer {
    const { subresource } = this.#request.path
    const notApplied = subresource === undefined ? this.#context.notApplied?.(object) : undefined
    return this.#shown(object, created ? 201 : 200, [...warnings, ...(notApplied ?? [])])
  }

  #shown(object: ApiObject, status = 200, warnings: readonly string[] = []): Answer {
    const all = [...deprecationsOf(this.#request.path.served), ...warnings]
    return this.#answer(status, renderObject(object, this.#outgoing()), all)
  }

  #answer(
    status: number,
    body: string,
    warnings: readonly string[] = deprecationsOf(this.#request.path.served),
  ): Answer {
    const pretty = isPretty(this.#request.query, this.#request.headers)
    return jsonAnswer(status, body, this.#form, { pretty, warnings })
  }

  #outgoing(): Outgoing {
    return {
      served: this.#request.path.served,
      form: this.#form,
      includeObject: includeObjectOf(this.#request.query),
      nowMs: this.#context.clock.wallMs(),
    }
  }
}

export function includeObjectOf(query: URLSearchParams): Outgoing['includeObject'] {
  const asked = query.get('includeObject') ?? ''
  if (asked === 'None' || asked === 'Object') return asked
  if (asked === '' || asked === 'Metadata') return 'Metadata'
  throw badRequest(`includeObject must be None, Metadata or Object`)
}
