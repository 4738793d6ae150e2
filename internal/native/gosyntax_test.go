package native

import (
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What the tests have in common to ask Go's assembler: Go's names of the operands, and the bytes of a list of lines.

// text is the instruction in Go's syntax: the operands of Intel's manual in reverse.
func (i Instr) text(avx512 bool) string {
	f := encodings[i.Op].form
	d, x, y := "XYZ"[i.W], "XYZ"[i.W], "XYZ"[i.W]
	narrow := "XXY"[i.W]
	name := encodings[i.Op].name
	for _, s := range [][2]string{{"STOREMASK", "MASK"}, {"STORE", "MOV"}} {
		name = strings.Replace(name, s[0], s[1], 1)
	}
	switch i.Op {
	case PANDD, PANDQ, PANDND, PANDNQ, PORD, PORQ, PXORD, PXORQ:
		if !avx512 {
			name = name[:len(name)-1]
		}
	case MOVDQU32, MOVDQU64, STOREDQU32, STOREDQU64:
		if !avx512 {
			name = "MOVDQU"
		}
	case PERMPDI:
		name = "PERMPD"
	case CVTPD2PS, CVTPD2DQ:
		d = narrow
		name += []string{"X", "Y", ""}[i.W] // memory does not tell the length of the source
	case CVTPS2PD, CVTDQ2PD, PMOVZXDQ, PMOVSXDQ, PMOVQD:
		y = narrow
	case BROADCASTSS, BROADCASTSD, PBROADCASTD, PBROADCASTQ, INSERTF128, EXTRACTF128,
		INSERTF32X4, INSERTI32X4, EXTRACTF32X4, EXTRACTI32X4:
		y = 'X'
	case INSERTF64X4, INSERTI64X4, EXTRACTF64X4, EXTRACTI64X4:
		y = 'Y'
	}
	if f&widths == only128 {
		d, x, y = 'X', 'X', 'X'
	}

	var list []string
	add := func(format string, v ...any) { list = append(list, fmt.Sprintf(format, v...)) }
	if f&imm != 0 {
		add("$%d", i.Imm)
	}
	if selects(i.Op) {
		add("%c%d", d, i.Sel)
	}
	rm := i.Y.mem.text("")
	if i.Y.kind == register {
		rm = fmt.Sprintf("%c%d", y, i.Y.reg)
		if i.Op >= extractps {
			rm = general(GP(i.Y.reg))
		}
	}
	reg := fmt.Sprintf("%c%d", d, i.Dst)
	if avx512 && f&toMask != 0 {
		reg = fmt.Sprintf("K%d", i.Dst)
	}
	first, last := rm, reg
	if f&store != 0 {
		first, last = reg, rm
	}
	add("%s", first)
	if f&three != 0 {
		add("%c%d", x, i.X)
	}
	if i.Mask != 0 {
		add("K%d", i.Mask)
	}
	add("%s", last)
	suffix := ""
	if i.Y.kind == broadcast {
		suffix += ".BCST"
	}
	if i.Zero {
		suffix += ".Z"
	}
	return "V" + name + suffix + " " + strings.Join(list, ", ")
}

// general is Go's name of a general register.
func general(r GP) string {
	if r >= R8 {
		return fmt.Sprintf("R%d", r)
	}
	return []string{"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI"}[r]
}

// text is the memory in Go's syntax. vector is the kind of an index that is a vector register, or empty.
func (m Mem) text(vector string) string {
	s := fmt.Sprintf("%d(%s)", m.Disp, general(m.Base))
	switch {
	case m.Scale == 0:
		return s
	case vector != "":
		return fmt.Sprintf("%s(%s%d*%d)", s, vector, m.Index, m.Scale)
	}
	return fmt.Sprintf("%s(%s*%d)", s, general(m.Index), m.Scale)
}

// assembled are the bytes that Go's assembler makes of each line.
func assembled(t *testing.T, lines []string) [][]byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "lines_amd64.s")
	text := "TEXT ·lines(SB), 4, $0\n" + strings.Join(lines, "\n") + "\nRET\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "tool", "asm", "-e", "-S", "-p", "lines", "-o", file+".o", file)
	cmd.Env = append(os.Environ(), "GOARCH=amd64")
	listing, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go tool asm: %v\n%.3000s", err, listing)
	}
	// The listing has a line for each instruction, "0x0006 00006 (file:3) ...", and then one for 16 bytes of code each.
	instruction := regexp.MustCompile(`^\t0x[0-9a-f]+ ([0-9]+) \(.*:([0-9]+)\)\t`)
	dump := regexp.MustCompile(`^\t0x[0-9a-f]+((?: [0-9a-f]{2})+) `)
	start := make([]int, len(lines)+1) // line k of the list is line k+2 of the file, RET the last
	var code []byte
	for s := range strings.Lines(string(listing)) {
		if m := instruction.FindStringSubmatch(s); m != nil {
			at, _ := strconv.Atoi(m[1])
			if line, _ := strconv.Atoi(m[2]); line >= 2 {
				start[line-2] = at
			}
		} else if m := dump.FindStringSubmatch(s); m != nil {
			b, err := hex.DecodeString(strings.ReplaceAll(m[1], " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			code = append(code, b...)
		}
	}
	bytes := make([][]byte, len(lines))
	for k := range lines {
		if start[k+1] <= start[k] || start[k+1] > len(code) {
			t.Fatalf("no bytes of %q in the listing", lines[k])
		}
		bytes[k] = code[start[k]:start[k+1]]
	}
	return bytes
}
