package desk

import "crossorder/auditor"

func Deposit() {
	auditor.Vault.Lock()
	defer auditor.Vault.Unlock()
	auditor.Books.Lock() // want `Deposit locks auditor\.Vault, then auditor\.Books, and auditor\.Inspect in the opposite order: can deadlock`
	auditor.Books.Unlock()
}
