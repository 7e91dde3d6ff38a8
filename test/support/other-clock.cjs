// Preloaded into a child: the machine's clock says CT_DIAG_TEST_NOW.
const now = Date.parse(process.env.CT_DIAG_TEST_NOW)
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now] : args))
  }
  static now() {
    return now
  }
}
