package model

import (
	"go/types"
	"strings"
)

// Decodes reports whether a function of the standard library fills the object that it gets, and keeps nothing of it.
func Decodes(obj types.Object) bool {
	if obj == nil || obj.Pkg() == nil || !strings.HasPrefix(obj.Pkg().Path(), "encoding/") {
		return false
	}
	return strings.HasPrefix(obj.Name(), "Unmarshal") || strings.HasPrefix(obj.Name(), "Decode") || obj.Name() == "Read"
}
