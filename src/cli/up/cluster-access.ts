import { kubeconfigPaths, readKubeconfig, type ClusterAccess } from '../../client/kubeconfig.ts'
import { readYaml } from '../../manifest/yaml-reader.ts'
import type { Files } from '../../world/files.ts'

/** The cluster that kubectl would talk to, or that the flags name. */
export function readAccess(
  files: Files,
  flags: { readonly kubeconfig?: string; readonly context?: string },
): Promise<ClusterAccess> {
  return readKubeconfig({
    files,
    paths: flags.kubeconfig === undefined ? kubeconfigPaths(process.env) : [flags.kubeconfig],
    ...(flags.context === undefined ? {} : { context: flags.context }),
    parseYaml: (text, path) => readYaml(text, path).documents[0]?.value,
  })
}
