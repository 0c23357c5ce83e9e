package desk

import "crossorder/auditor"

func Deposit() {
	auditor.Vault.Lock()
	defer auditor.Vault.Unlock()
	auditor.Books.Lock() // want `auditor.Vault and auditor.Books are locked in opposite orders`
	auditor.Books.Unlock()
}
