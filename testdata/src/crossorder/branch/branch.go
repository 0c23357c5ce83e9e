// Package branch has the other half of a deadlock with what package bank does, and
// both halves of one with functions of it.
package branch

import "crossorder/bank"

func Withdraw(b *bank.Bank, a *bank.Account) {
	a.Mu.Lock()
	defer a.Mu.Unlock()
	b.Mu.Lock() // want `bank.Account.Mu and bank.Bank.Mu are locked in opposite orders, which can deadlock: Withdraw holds bank.Account.Mu \(branch.go:8\) when it locks bank.Bank.Mu \(branch.go:10\); bank.\(\*Bank\).Sum holds bank.Bank.Mu \(bank.go:21\) when it locks bank.Account.Mu \(bank.go:24\)`
	a.Balance--
	b.Mu.Unlock()
}

// The callees lock, here and there.
func Empty(a *bank.Account) {
	a.Hold()
	defer a.Release()
	a.Close() // want `bank.Account.mu and bank.Bank.mu are locked in opposite orders`
}

func Count(b *bank.Bank) (n int) {
	b.Each(func(a *bank.Account) {
		a.Hold()
		n++
		a.Release()
	})
	return n
}
