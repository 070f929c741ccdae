import { joinPath, normalizePath } from './path.ts'
import type { SettingsNode } from './settings-node.ts'
import type { TlsSettings } from './settings.ts'

/** The `load.tls` of hitless.yaml. Whoever reads the files looks at the rest, which they decide. */
export function readTls(node: SettingsNode, directory: string): TlsSettings {
  const { cacert, cert, key, servername, insecure } = node.fields('load.tls')
  const pathOf = (file: SettingsNode | undefined) => {
    const text = file?.text()
    return text === undefined ? undefined : normalizePath(joinPath(directory, text))
  }
  return {
    ...given('cacert', pathOf(cacert)),
    ...given('cert', pathOf(cert)),
    ...given('key', pathOf(key)),
    ...given('servername', servername?.text()),
    ...given('insecure', insecure?.truth()),
  }
}

function given<K extends keyof TlsSettings>(name: K, value: TlsSettings[K]): TlsSettings {
  return value === undefined ? {} : { [name]: value }
}
