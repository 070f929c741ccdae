import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { HitlessError } from '../../../base/error.ts'
import type { LoadTls } from '../../../experiment/load-plan.ts'
import type { TlsSettings } from '../../../manifest/settings.ts'
import type { TlsOptions } from '../../../world/network.ts'
import { quotable } from '../../flag-values.ts'

/** Where the words come from: what each is called there, how its file is read, and what is thrown of a wrong one. */
export interface TlsNames {
  nameOf(word: keyof TlsSettings): string
  read(word: keyof TlsSettings, path: string): Uint8Array
  wrong(word: keyof TlsSettings, what: string, hint: string): HitlessError
}

/** Files are read and compared now: a run does not begin with bad ones. */
export function readTls(words: TlsSettings, names: TlsNames): LoadTls {
  return new TlsReader(words, names).read()
}

class TlsReader {
  readonly #words: TlsSettings
  readonly #names: TlsNames

  constructor(words: TlsSettings, names: TlsNames) {
    this.#words = words
    this.#names = names
  }

  read(): LoadTls {
    const { cacert, servername, insecure } = this.#words
    if (insecure === true && cacert !== undefined) {
      const wanted = `one of them: ${this.#name('insecure')} verifies nothing`
      throw this.#bad('insecure', `with ${this.#name('cacert')}`, wanted)
    }
    return {
      ...(servername === undefined ? {} : { serverName: this.#serverName(servername) }),
      isVerified: insecure !== true,
      ...(cacert === undefined ? {} : { authorities: this.#authorities(cacert) }),
      ...this.#clientCertificate(),
    }
  }

  /** A host name (RFC 1123), or an address, for which the certificate is looked at but no SNI is sent. */
  #serverName(text: string): string {
    const isName = text.length <= 253 && /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(text)
    if (isName || isIP(text) !== 0) return text
    throw this.#bad('servername', text, 'a host name, such as shop.example.com')
  }

  #authorities(path: string): string {
    const text = this.#text('cacert', path)
    for (const block of this.#certificates('cacert', path, text))
      this.#certificate('cacert', path, block)
    return text
  }

  #clientCertificate(): Pick<TlsOptions, 'certificate' | 'key'> {
    const { cert: certPath, key: keyPath } = this.#words
    const { cert: certName, key: keyName } = { cert: this.#name('cert'), key: this.#name('key') }
    if (certPath === undefined) {
      if (keyPath === undefined) return {}
      const wanted = `${certName} FILE, the certificate that the key is for`
      throw this.#bad('key', `without ${certName}`, wanted)
    }
    const certificate = this.#text('cert', certPath)
    const [own = ''] = this.#certificates('cert', certPath, certificate)
    const parsed = this.#certificate('cert', certPath, own)
    const isInOneFile = keyPath === undefined && certificate.includes('PRIVATE KEY-----')
    if (keyPath === undefined && !isInOneFile) {
      const wanted = `${keyName} FILE, or put the key into the file of ${certName}`
      throw this.#bad('cert', `without ${keyName}`, wanted)
    }
    const word = isInOneFile ? 'cert' : 'key'
    const keyFile = keyPath ?? certPath
    const key = isInOneFile ? certificate : this.#text(word, keyFile)
    if (!parsed.checkPrivateKey(this.#key(word, keyFile, key))) {
      throw this.#badFile(word, keyFile, `it is not the key of the certificate in ${certPath}`)
    }
    return { certificate, key }
  }

  #certificates(word: keyof TlsSettings, path: string, text: string): readonly string[] {
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
    if (blocks === null) throw this.#badFile(word, path, 'it holds no certificate in PEM format')
    return blocks
  }

  #certificate(word: keyof TlsSettings, path: string, block: string): X509Certificate {
    try {
      // Only now: a load without TLS does without the 3 MB that OpenSSL takes.
      return new (process.getBuiltinModule('node:crypto').X509Certificate)(block)
    } catch (error) {
      throw this.#badFile(word, path, `a certificate in it cannot be read: ${reasonOf(error)}`)
    }
  }

  #key(word: keyof TlsSettings, path: string, text: string) {
    if (/ENCRYPTED/.test(text)) {
      const how = 'decrypt it first (openssl pkey -in … -out …)'
      throw this.#badFile(word, path, `the key is encrypted; ${how}`)
    }
    try {
      return process.getBuiltinModule('node:crypto').createPrivateKey(text)
    } catch (error) {
      throw this.#badFile(
        word,
        path,
        `it holds no private key that can be read: ${reasonOf(error)}`,
      )
    }
  }

  #text(word: keyof TlsSettings, path: string): string {
    return new TextDecoder().decode(this.#names.read(word, path))
  }

  #name(word: keyof TlsSettings): string {
    return this.#names.nameOf(word)
  }

  #bad(word: keyof TlsSettings, what: string, wanted: string): HitlessError {
    return this.#names.wrong(word, `${quotable(what)}: not understood`, `Write ${wanted}.`)
  }

  #badFile(word: keyof TlsSettings, path: string, why: string): HitlessError {
    const hint =
      'Name a file in PEM format that this user may read, and that belongs to the others.'
    return this.#names.wrong(word, `${path}: ${why}`, hint)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
