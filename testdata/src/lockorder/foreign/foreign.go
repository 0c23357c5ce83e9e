// Package foreign can do nothing about the order of another package's locks.
package foreign

import "lockorder/foreign/bank"

func visit(b *bank.Bank) {
	b.Open(nil)
	b.Close()
}

func leave(b *bank.Bank) { b.Close() }
