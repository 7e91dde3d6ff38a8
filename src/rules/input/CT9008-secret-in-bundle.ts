import { LINKS } from '../../knowledge/links.js'
import { counted, listed } from '../../model/count.js'
import { inputItself, type FoundSecrets } from '../../model/input.js'
import { finding, rule } from '../../model/rule.js'

export const secretInBundle = rule({
  id: 'CT9008',
  name: 'secret-in-bundle',
  title: 'The input holds a secret in clear',
  group: 'input',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for bearer tokens, shared access signatures, account keys, private keys and passwords in the artifacts that are read.',
    why: 'Whoever gets this file can use them. It should not go into a ticket as it is.',
    how: 'Only whole ones count, told by their form: three parts of a token with its signature, a `sig=` parameter with a value, a named account key, a private key from its first line to its last, `…PASSWORD=` with a value, a user and password in an address. The beginnings of tokens that the Azure Monitor Agent logs every hour give nobody access and do not count, nor do settings that are encrypted. The secret itself is never shown: the evidence is its place in bytes.',
    limits:
      'Files that are not recognised are not looked at, and of one file at most 100,000 likely places of a kind. A token may have expired, and an example in a configuration file looks like a real one.',
    fix: [
      'Handle the file like the secret: do not forward it, and delete copies that are not needed.',
      'Passwords and keys: have the owner change them. Storage: `az storage account keys renew --account-name NAME --key primary`, which also ends the signatures made with that key.',
      'Tokens end by themselves within a day; a key pair has to be replaced where its public half is trusted.',
    ],
    proof: 'The old secret is refused, and the next bundle no longer shows CT9008.',
    links: [LINKS.overview],
  },
  needs: { input: inputItself },
  *check({ input }) {
    const byKind = new Map<string, FoundSecrets[]>()
    for (const found of input.secrets) byKind.set(found.kind, [...(byKind.get(found.kind) ?? []), found])
    for (const [kind, found] of byKind) {
      const count = found.reduce((sum, { count: more }) => sum + more, 0)
      const [first, ...others] = found.flatMap(({ places }) => places).slice(0, 10)
      if (first === undefined) continue
      const files = found.map(({ path }) => path)
      yield finding({
        subject: kind,
        message: `${counted(count, kind)} in clear in ${listed(files, { shown: 3 })}.`,
        evidence: [first, ...others],
        data: { count, files: files.slice(0, 20) },
      })
    }
  },
})
