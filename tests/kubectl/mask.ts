import { maskTables } from './table-layout.ts'

/** The letters of the random ends of names, and those of the hash of a pod template (both Kubernetes'). */
const SUFFIX = '[bcdfghjklmnpqrstvwxz24-9]{5}'
const HASH = '[4-9bcdf]{6,10}'

/** Some versions print them also where there is no terminal. */
const COLOR = new RegExp(String.raw`\u001b\[[\d;]*m`, 'g')

const AGE = String.raw`(?:\d+[smhdy]){1,3}|<unknown>|<invalid>`
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`
const MAIL_TIME = String.raw`[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}`
const DIFF_TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4}`

/** Columns that hold ages and nothing else. */
const AGE_COLUMNS = /^(?:AGE|LAST SEEN|FIRST SEEN|Age)$/

export interface Surroundings {
  /** Of the API server, as in the kubeconfig: `https://127.0.0.1:6443`. */
  readonly server: string
  readonly home: string
  /** The node that runs containers, where one does: it has a name of its own everywhere. */
  readonly node?: string
  /** Everything that the commands and their files say: an address or port in it is no chance. */
  readonly inputs: string
}

/**
 * Replaces what differs from run to run by what it is. Uids and hashes are numbered in order of their first
 * appearance in the session, so that it stays visible which of them are the same.
 */
export class Mask {
  readonly #surroundings: Surroundings
  readonly #node: RegExp
  readonly #uids: Map<string, string>
  readonly #hashes: Map<string, string>

  constructor(
    surroundings: Surroundings,
    uids: ReadonlyMap<string, string> = new Map(),
    hashes: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#surroundings = surroundings
    this.#node = new RegExp(`(?<= )${surroundings.node ?? '$^'}(?=$|[/ ])`, 'gm')
    this.#uids = new Map(uids)
    this.#hashes = new Map(hashes)
  }

  /** One that knows what this one has seen, and does not teach it anything. */
  copy(): Mask {
    return new Mask(this.#surroundings, this.#uids, this.#hashes)
  }

  apply(text: string): string {
    const known = text
      .replaceAll(COLOR, '')
      // Whether a stream of a client or its own deadline ends first is chance.
      .replace(/^[EWI]\d{4} .* (?:reflector|websocket)\.go:.*\n/gm, '')
      .replaceAll(this.#surroundings.server, '<server>')
      .replaceAll(new URL(this.#surroundings.server).host, '<host>')
      .replaceAll(this.#surroundings.home, '<home>')
      .replace(this.#node, '<node>')
    return maskTables(known, (cell, column) =>
      AGE_COLUMNS.test(column) ? maskAges(cell) : this.#maskText(cell),
    )
  }

  #maskText(text: string): string {
    const loose = maskLooseAges(maskMoments(text))
    const isReal = this.#surroundings.node !== undefined
    return (
      this.#maskNames(isReal ? maskRuntime(loose) : loose)
        .replace(/("?resourceVersion"?: ?)"?\d+"?/g, '$1"<version>"')
        .replace(/(Resource Version: +|resource version to be 1, was )\d+/g, '$1<version>')
        .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, (ip) => this.#unlessGiven(ip, '<ip>'))
        // First: a free port may be one of those that Services get.
        .replace(
          /(?<=Forwarding from 127\.0\.0\.1:|Starting to serve on 127\.0\.0\.1:|Handling connection for )\d+/g,
          '<port>',
        )
        .replace(
          /((?:^|[:\s])|nodePort"?: ?)(3[0-2]\d{3})(?=\/(?:TCP|UDP)|,|\s|$)/gi,
          (_, before, port) => [before, this.#unlessGiven(port, '<node-port>')].join(''),
        )
        .replace(/\b[0-9a-f]{64}\b/g, '<id>')
        .replace(/(?<=default-scheduler-)[\w-]+/g, '<host>')
        .replace(/("continue": ?)"[^"]+"/g, '$1"<continue>"')
    )
  }

  #maskNames(text: string): string {
    const numbered = text
      // First: the number may look like the hash of a pod template.
      .replace(/\/tmp\/(kubectl-edit-|LIVE-|MERGED-)\d+/g, '<temporary>/$1<random>')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (uid) =>
        number(this.#uids, uid, 'uid'),
      )
      .replace(
        new RegExp(`(pod-template-hash"?(?:=|: ?)"?|[a-z0-9]-)(${HASH})(?=$|[^a-z0-9])`, 'g'),
        (_, before, hash) => before + number(this.#hashes, hash, 'hash'),
      )
    // `jsonpath` prints a hash alone, after its first appearance in a name.
    const known = [...this.#hashes].reduce(
      (line, [hash, placeholder]) => line.replaceAll(hash, placeholder),
      numbered,
    )
    return known
      .replace(new RegExp(`(?<=[a-z0-9>]-)${SUFFIX}(?=$|[^-a-z0-9])`, 'g'), (end) =>
        this.#unlessGiven(end, '<random>'),
      )
      .replace(/(?<=[a-z0-9>])\.[0-9a-f]{16}\b/g, '.<event>')
  }

  #unlessGiven(value: string, placeholder: string): string {
    return this.#surroundings.inputs.includes(value) ? value : placeholder
  }
}

/** Who runs the containers, and under which names. */
function maskRuntime(text: string): string {
  return text
    .replace(/(?<=<node>\/)[\d.]+/, '<ip>')
    .replace(/(?<=Container ID: +)\w+:\/\/\S+/, '<runtime>://<id>')
    .replace(/(?<=Image ID: +)\S+/, '<image-id>')
}

function maskMoments(text: string): string {
  return (
    text
      .replace(new RegExp(TIME, 'g'), '<time>')
      .replace(new RegExp(MAIL_TIME, 'g'), '<time>')
      .replace(new RegExp(DIFF_TIME, 'g'), '<time>')
      // Builds of one minor version.
      .replace(
        /((?:Client|Server) Version: v1\.\d+|"gitVersion": "v1\.\d+)\.[^\s"]+/g,
        '$1.<patch>',
      )
      .replace(/("(?:gitCommit|goVersion)": )"[^"]*"/g, '$1"<build>"')
      .replace(/\b[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /g, '<log> ')
      // Of log lines of the test's app.
      .replace(/\b\d\d:\d\d:\d\d\.\d{6}\b/g, '<time>')
      .replace(new RegExp(`\\((?:${AGE}) ago\\)`, 'g'), '(<age> ago)')
  )
}

/** An age in a row of a table that has no header; the spaces after it follow from its width. */
function maskLooseAges(row: string): string {
  if (/^ *[A-Z][\w -]*:/i.test(row)) return row
  return row.replace(new RegExp(`(?<=^| {3})(?:${AGE})( {3,}|$)`, 'g'), (_, after: string) =>
    after === '' ? '<age>' : '<age>   ',
  )
}

/** `3s`, and `3s (x2 over 5s)` of an event that was repeated. */
function maskAges(cell: string): string {
  return cell.replace(new RegExp(`(?<![\\w<])(?:${AGE})(?![\\w>])`, 'g'), '<age>')
}

function number(known: Map<string, string>, value: string, what: string): string {
  const placeholder = known.get(value) ?? `<${what}-${known.size + 1}>`
  known.set(value, placeholder)
  return placeholder
}
