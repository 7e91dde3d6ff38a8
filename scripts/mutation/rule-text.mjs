import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

/** Properties whose text people read. What they say is kept by the pages, not by tests of the rules. */
const TEXT = new Set(['docs', 'title', 'name', 'message', 'remedy'])
/** Drafts whose first argument is a sentence. */
const TOLD = new Set(['unknown', 'notApplicable'])

/** Whether a node stands where a sentence belongs. */
function isSentence({ parent, node }) {
  if (parent?.type === 'ObjectProperty') return parent.value === node && TEXT.has(parent.key.name)
  return parent?.type === 'CallExpression' && TOLD.has(parent.callee.name) && parent.arguments[0] === node
}

/** Sentences are not logic: a test that asserts them would only repeat them. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'rule-text', {
    shouldIgnore(path) {
      const isText = path.isStringLiteral() || path.isTemplateLiteral()
      return isText && path.find(isSentence) !== null ? 'It is a sentence.' : undefined
    },
  }),
]
