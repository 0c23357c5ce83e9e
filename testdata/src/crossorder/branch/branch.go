// Package branch has the other half of a deadlock with what package bank does, and
// both halves of one with functions of it.
package branch

import "crossorder/bank"

func Withdraw(b *bank.Bank, a *bank.Account) {
	a.Mu.Lock()
	defer a.Mu.Unlock()
	b.Mu.Lock() // want `Withdraw locks bank\.Account\.Mu, then bank\.Bank\.Mu, and bank\.Bank\.Sum \(bank\.go:\d+\) in the opposite order: can deadlock`
	a.Balance--
	b.Mu.Unlock()
}

// The callees lock, here and there.
func Empty(a *bank.Account) {
	a.Hold()
	defer a.Release()
	a.Close() // want `Empty locks bank\.Account\.mu, then bank\.Bank\.mu, and Count \(branch\.go:\d+\) in the opposite order: can deadlock`
}

func Count(b *bank.Bank) (n int) {
	b.Each(func(a *bank.Account) {
		a.Hold()
		n++
		a.Release()
	})
	return n
}
