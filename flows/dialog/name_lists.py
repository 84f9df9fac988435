"""What names are made of, and the words that look like them. Only lists: how they are used stands in ``names`` and ``bare_names``.

Written for this bot: the commonest names of the languages in which it is used, and the words of medicine and of talk that resemble them.
"""

from __future__ import annotations

COMPOUND = frozenset(
    """
    欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 轩辕 端木 百里 南宫 独孤 申屠 澹台 宇文 长孙 鲜于 闾丘 太史 万俟 拓跋 呼延 第五
    """.split()
)
"""Surnames of two signs."""
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金廖贾夏韦付方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤温康施文牛樊葛邢安齐庞颜倪聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包白傅萧宁尚符舒阮柯纪梅童凌毕单裴霍涂苗曲盛冉翁管蓝路游辛靳于易乔伍阎洪邬骆查柴褚卫蒙鲍季窦费岑祁米狄古"
    "闻莘翦谷车宫石虞宗解丛冼闵戈穆边成迟甄鞠姬廉栾仲匡连屈臧卓仇饶瞿冷刁冀苟佟桑景湛庄朴沙都劳檀农厉柏慕鄢简卿芦芮楚项阚亢席胥佘仝尤喻晏隋晋敖粟盖巩漆昝卞郁蒲邸雍郎荆诸宿栗嵇谌赖帅"
)
"""Surnames of one sign."""
GIVEN = frozenset(
    "安傲翱爱艾昂岸白柏百邦宝保葆北贝蓓本碧璧斌彬滨宾冰兵炳秉波博勃伯渤步才彩灿苍沧策婵昌畅超朝潮琛晨辰宸晟尘成诚承澄城程驰崇初楚川春淳纯慈聪翠存达大丹旦岱黛道得德登迪笛蝶鼎定东栋笃端朵"
    "娥恩尔帆凡繁芳方菲飞斐霏芬奋丰风枫峰锋凤逢奉福富甫芙甘刚钢岗皋高歌格根庚功谷冠光广桂贵国果海涵晗含寒汉翰瀚菡航杭豪昊浩皓好禾和荷贺赫鹤恒衡珩亨红宏弘虹洪鸿泓厚虎湖花华骅桦怀欢环焕桓"
    "煌辉慧惠卉晖徽蕙吉基济纪继季佳嘉家加稼坚建健剑江骄娇皎洁杰婕捷金锦今津瑾晋进劲京晶菁精经景静婧靖敬镜竞炯久菊举娟隽军君俊钧峻骏珺浚开凯恺楷铠锴侃康可珂科轲克坤昆宽奎魁葵来兰岚澜蓝朗"
    "乐蕾磊雷莉丽力立利理礼黎李璃厉励莲连联廉恋良亮梁林琳霖麟凛玲灵凌铃令柳龙隆珑璐露鹭路禄鲁绿伦纶罗洛麦满曼漫茂梅美媚萌蒙梦孟米勉苗妙淼民敏旻珉闽名明鸣铭茗墨默沐牧木睦慕穆娜乃南楠妮年"
    "念宁凝诺欧鸥攀盼培佩沛鹏朋蓬飘平萍苹屏璞朴圃浦琦琪祺奇齐其启起绮祁淇骐棋旗千乾谦倩茜芊强乔俏巧钦沁琴勤芹秦青清晴庆卿擎琼秋球全泉权荃群然冉仁荣蓉容融如儒茹汝锐睿瑞蕊芮若润松嵩司帅冬"
    "萨赛森莎珊善尚韶少绍邵圣胜声生盛升诗石时士世仕轼守寿书舒淑树抒疏庶双爽水顺舜朔硕烁思斯颂素苏肃泰坦涛桃陶滔腾天田甜恬铁廷庭亭婷挺通同彤桐童婉万旺望威薇微巍维伟纬炜玮苇唯卫蔚文雯闻武"
    "午希熙溪曦晞惜锡习玺喜霞夏侠先仙贤娴弦显宪羡湘香祥翔向想享晓小潇萧筱孝笑啸心欣新鑫馨昕忻信兴星杏幸雄修秀绣旭绪叙栩轩萱玄璇绚学雪勋薰洵逊雅亚娅延言岩炎研妍艳燕彦雁焱砚嫣阳洋扬杨遥尧"
    "耀曜瑶姚野叶烨业晔一伊依怡宜仪贻颐以义艺亦奕易益逸意毅翼忆弈懿吟银寅引英瑛莹颖盈迎映影缨樱永咏勇泳优悠友幼宇羽雨玉瑜渝妤愉予语育毓裕钰煜誉昱渊元圆源媛远苑愿月悦岳越云芸韵允耘蕴在赞"
    "泽增展战章彰昭兆照哲喆真珍振震镇贞祯臻桢正政铮郑峥征之芝知志智至治致挚芷忠仲钟舟洲珠竹柱祝铸壮卓茁子梓紫姿宗祖佐传发财栓锁囡妹嫂婆琢倬翀赟霭菀芃怿恂"
)
"""Signs of which Chinese given names are made."""
SHORT = frozenset(
    "畅欢帅明玉文荣建慧成梦平杨兵利雪冬阳勇福贵财旺伟芳娜敏静丽强磊军洋艳杰娟涛超霞刚玲燕鹏飞斌波辉鑫浩凯莉婷倩琳颖梅雷峰俊宇帆亮洁晶晨欣怡佳瑶瑞睿轩博昊宁琪萍琴兰英华珍红云霜桂菊莲香凤"
    "萌蕾薇岩岚旭晖辰彬滨楠茜菲蓉莹琼璐瑾瑜曦熙璇丹冰捷歌唯非朗闯骏峻虎龙豹彪莎妮娅淼森焱鸣翔毅坤坚健伦林威恒涵迪迅奇琦祺凡晓蔚雯雁翠娇媛嫣婧妍娥姣娣嘉航皓煜炜烨勋"
)
"""Signs that are a given name by themselves."""
WORDS = tuple(
    """
    丁克 丁香 万一 万元 万光 万分 万千 万古 万年青 万望 万益 万立方 万美 万能 万艾 丛生 严密 严格 严重 乌鸡 乔木 于今 于先 于入 于前 于去 于同 于外 于家 于当 于心
    于我 于昨 于是 于本 于术 于水 于理 于石 于近 亢进 从容 从而 付出 代表 仲夏 任一 任何 任意 任期 伍德 何以 何其 何在 何处 何必 何时 何杰金 何种 余一 余万 余下 余之
    余亦 余以 余光 余千 余可 余同 余在 余地 余均 余如 余平 余年 余无 余未 余正 余生 俞穴 倪氏 傅立叶 元素 党员 全科 兰瑞 兰索 关于 关注 关联 关节 农业 农林 农牧 冯氏
    冷峻 冼氏 利尿 劳军 包含 包块 包子 包容 包庇 包括 包涵 包膜 包虫 包裹 单一 单丝 单个 单亲 单侧 单元 单克 单兵 单双 单发 单向 单声 单方 单独 单生 单精 单纯 单身
    单通 单香 卢氏 卫兵 卫星 卫生 危急 厉害 原发 双发 古典 古城 古老 史料 史无 史蒂 叶片 叶状 叶绿 向上 向下 向东 向前 向北 向南 向外 向天 向导 向心 向患 向来 向海
    吕氏 吴江 周围 周年 周期 周沧 周波 周身 周边 和平 唐氏 喻为 夏天 夏季 夏秋 大陆 姜片 姜黄 孔径 孔洞 孙辈 孟德尔 孟鲁 季节 季铵 宁可 宁城 宁夏 宁静 安乃近 安全
    安宫 安慰 安排 安罗 宋体 宣传 宫内 宫颈 尚可 尚好 尚无 尚未 尤其 屈光 屠宰 山东 左上 左下 左侧 左内 左前 左半 左右 左叶 左外 左宁 左手 左方 左旋 左氧 左肝 左臂
    巫山 席位 席卷 席汉 常与 常为 常人 常以 常伴 常可 常同 常在 常州 常年 常德 常情 常无 常有 常染 常温 常用 常见 常规 常青 平原 平台 平和 平均 平扫 平方 平时 平生
    平稳 平行 平静 平面 广东 应允 应急 应用 应该 庞大 康复 廉洁 张力 张家口 张开 强化 彭氏 徐徐 徐缓 慕名 成为 成分 成功 成岩 成年 成文 成熟 成立 戚氏 戴上 戴维
    戴起来 支气 文中 文书 文化 文字 文学 文明 文献 文理 文科 文艺 文言 方便 方兴 方可 方向 方才 方案 方法 方石 施工 施术 施行 时好 时有 时间 明天 明显 明确 易于 易出
    易发 易在 易如 易导 易引 易得 易怒 易感 易疲 易经 景深 曲张 曾于 曾以 曾住 曾做 曾出 曾化 曾发 曾可 曾同 曾因 曾在 曾患 曾手 曾接 曾放 曾有 曾服 曾经 曾行 曾诊
    朱古力 朱红 杜仲 杜绝 束手 林奇 林林总总 查一 查体 查其 查出 查无 查明 查至 查血 查见 查起来 查验 柳叶 柳条 柴油 柴胡 桑叶 梅毒 樊篱 武学 武断 段支 段落 殷切 毕业
    毛发 毛玻 毛细 水平 江浙 江米 江苏 江西 汤力 汤圆 汤森 汤药 汪洋 沈氏 沙利 洪水 涂片 温习 温和 温州 温度 温水 温热 游泳 游牧 游离 游走 滕氏 满意 潘生丁 焦虑 熊去
    燕麦 牛乳 牛奶 牛磺 牛肉 牛黄 狄诺 王不留行 王氏 甄别 甘心 甘油 甘甜 甘草 甘露 申请 白介 白内 白及 白发 白天 白带 白斑 白术 白果 白水 白细 白色 白芍 白芝 白芨
    白花 白芷 白苔 白蛋 白血 白质 白银 皮疹 皮质 盛大 盛开 盛行 石头 石女 石棉 石榴 石油 石灰 石膏 石英 石蜡 祖母 祝您 种植 秦皮 秦艽 程序 程度 穆斯林 章节 符合 第五
    简捷 简明 简洁 管壁 管状 管理 管腔 管道 米兰 米格 米粒 米糊 米索 米黄 粟粒 罗氏 罗盘 羊水 翁仲 翁同 翁声 翟氏 聂耳 胡来 胡萝 胡言 胡须 舒展 舒张 舒服 舒适 苏丹
    苏州 苏木 苏格兰 苏醒 苏黎 苗条 范围 荣誉 莫名 莫大 莫沙 萧条 葛根 董事 蒋氏 蒙迪 蒲公英 蓝光 蓝天 蓝染 蓝色 薛定 裴氏 解析 解释 詹氏 计划 计生 许多 许是 诸如
    谢谢 谭木 谷丙 谷类 谷草 贝伐 费力 费用 贺尔 贾第 赵体 赵氏 路径 路政 路易 路灯 车前 车祸 车程 辛苦 辛辣 辛迪 连同 连成 邢台 邵氏 郎格 郑氏 郑重 郭氏 金发 金属
    金标 金石 金苹果 金葡 金融 金黄 钟乳 钟声 钟点 钟表 钱包 钱币 闵行 阮氏 阳性 阳转 阴天 阴性 陶石 雍正 雷同 雷诺 靳氏 韦氏 项目 顾及 顾虑 颜色 马丁 马克 马尔 马方
    马蹄 马达 马铃 高一 高三 高低 高信 高分 高利 高力 高升 高危 高原 高发 高回 高增 高大 高安 高密 高富 高寒 高尿 高峰 高度 高强 高摄 高效 高新 高浓 高温 高热 高端
    高级 高胃 高胆 高能 高脂 高血 高达 高钙 高铁 高风 高龄 魏氏 鲁莽 麦芽 黄体 黄昏 黄柏 黄染 黄江 黄浦 黄热 黄疸 黄石 黄秋葵 黄精 黄色 黄芩 黄芪 黄花 黄连 齐全 龙胆
    龚氏
    """.split()
)
"""What begins like a Chinese name and is a word, whatever follows."""
WHOLE = frozenset(
    """
    万华 严峻 严明 于东 于冬 于北 于南 于夏 于广 于明 于春 于正 于秋 云南 侯爵 全家 关平 关心 农学 冷静 凌乱 凌晨 刘海 华东 华北 华南 华夏 卓越 单晶 史学 叶子 周一
    周三 周全 周天 周末 周正 唐山 夏至 姚明 姜汁 孔明 孔雀 孙子 季军 宁波 安乐 安利 安宁 安平 安康 安阳 安静 宋代 宗教 宫娥 尹氏 岳父 岳阳 平安 庄重 康乐 康健 徐州
    惠州 成名 文峰 文静 方军 方圆 方正 方言 明亮 明年 明星 景象 李子 杨柳 杨树 杨桃 杨梅 林业 林地 林立 柳州 梅兰 梅花 欧文 武力 武强 武昌 武汉 毛利 江东 江北 江南
    江宁 江山 江水 江湖 沈阳 洪亮 海水 温暖 温泉 温馨 熊猫 牛年 王国 王子 王水 王浆 王牌 王者 田园 田野 申明 白云 白兰 白玉 白莲花 白菊 石家 石林 祁连 祝好 祝愿 祝福
    秦岭 程文 章程 童年 管家 纪念 罗兰 罗汉 罗马 肖像 胡杨 舒畅 花生 苏宁 莫非 袁大头 许久 许可 许愿 谢意 贺信 路军 路南 邹氏 郑州 金光 金兵 金华 金星 金花 金银 阎王
    陆地 陆海 陆航 雷声 雷达 青岛 韩国 马上 马力 马年 马来 骆驼 高兴 高峻 高才生 高明 高歌 高贵 高超 高远 高雅 鲁班 黄土 黄明 黄河 黄海 黄牛 黄金 黎族 黎明 齐心 龙年
    龙舟 龙虎
    """.split()
)
"""What is a word where nothing follows; with one more sign it may be a name, as 王国 and 王国强."""

FORENAMES = frozenset(
    """
    aarav aaron abbie abdul abdulaziz abdullah abdulrahman abigail adaeze adam adele aditya adrian adriana agnes agus ahmed aidan aimee aisha akash akira alain alan albert aldo alejandro
    alessandro alessia alex alexa alexander alexandra alexis alfie alfred alfredo alice alicia alisha alison allan allison alvaro alvin alyssa ama amal amanda amara amber amelia amelie amina
    amir amit amy ana ananya anastasia anders andre andrea andreas andrej andrew andrzej angel angela angelica angelo angie angus anil anita anjali ann anna anne anneke annette annie anthony
    antoine antonia antonio antony april archie arjun arnold art arthur arturo arun asha ashley ashok astrid asuka audrey aurora aurore austin axel aylin ayse aysha barbara barry bastian bayu
    beatrice becky belen belinda ben benjamin bernadette bernard beth bethan bethany betty beverley beverly bhavna bianca bilal bill billy birgit bjorn björn bob bobby bogdan bonnie boris
    bradley brandon brandy brenda brent brett brian briana brianna bridget brigitte brittany bruce bruno bryan budi caitlin caleb callum calvin cameron camila camilla camille candice carl carla
    carlos carly carmen carol carolina caroline carolyn carrie casey cassandra catherine cecilia cedric cesar cesare chad chantal charlene charles charlie charlotte chase cheryl chiara chidi
    chinedu chloe chris christelle christian christiane christina christine christoph christopher chuck cindy claire clara clare claude claudia clayton clifford clive colette colin colleen
    connor conor constance corey corinne courtney craig cristina cruz crystal curtis cynthia dagmar daiki daisy dale dallas damian damien damon dan dana daniel daniela danielle danny dario
    darius darlene darrell darren dave david dawn dean deanna debbie deborah debra declan deepak deepika denis denise dennis derek dev devin dewi diana diane diego dieter dimitri dinesh dirk
    divya dmitri dolores dominic dominique donald donna doris dorothy douglas drew duane duc duncan dustin dylan eddie edgar edith edmund eduardo edward edwin eileen elaine eleanor elena elias
    elif elijah elizabeth elke ella ellen ellie elliot elliott elsa elsie emanuele emeka emil emile emilia emilio emily emma emmanuel emmanuelle emre enrique enzo eric erica erik erika erin
    ernest ernesto esperanza estelle esther ethan etienne eugene eva evan evelyn fabian fabio fahad faisal faith farah farhan fatemeh fatima federico felicia felix fernanda fernando filippo
    fiona florence frances francesca francesco francisco franck francois francoise frank franz fred frederick freya frida friedrich gabriel gabriela gabriella gabrielle gail ganesh gareth
    garrett garry gary gaston gaurav gavin geeta gemma gene geoffrey george georges georgia georgina gerald geraldine gerard gerhard gianni gilbert gillian gina giorgio giovanni gisela giulia
    giuliana giuseppe glenda glenn gloria gonzalo gordon grace graham grant greg gregoire gregory greta guido guillermo gunter gustavo guy gwen hadi hamid hamza hanan hannah hans harish harold
    harriet harry haruka haruto hassan hayley hazel heather hector heidi heinrich heinz helen helena helga hemant hendrik henri henrik henry hilary hilde hina hiro hiroshi hollie holly hope
    horst howard huda hugh hugo huong hussein iain ian ibrahim ifeoma ignacio imran ines inga inge ingrid inmaculada irene irina iris irmgard isaac isabel isabella isabelle isaiah ishaan ismail
    ivan jacek jack jackie jacob jacqueline jacques jade jadwiga jaime jake jamal james jamie jamila jan jane janet janice jared jaroslav jasmine jason javi javier jayne jean jeannine jeff
    jeffery jeffrey jemma jenna jennifer jenny jeremiah jeremy jerome jerry jess jesse jessica jihoon jill jim jimin jimmy joachim joan joann joanna joanne jochen joe joel johan johannes john
    johnny jon jonas jonathan jordan jorge jose josef josefa joseph josephine josh joshua josie joy joyce juan judith judy julia julian julie julien juliette julio june jurgen justin jyoti
    jürgen kaitlyn kaito kamal kaori kara karen karim karl karla katarina katarzyna kate katelyn katherine kathleen kathryn kathy katie katja katrina katy kavita kavya kay kayla kayleigh kazuki
    kazuo keiko keith kelly kelsey ken kendra kenji kenneth kerry kevin khadija khalid kieran kim kimberly kiran kirk kirsten kirsty klara klaus kofi koji konstantin krishna krista kristen
    kristi kristin kristina krystal krzysztof kumar kurt kwabena kwame kyle lakshmi lance larry lars laszlo lata latasha latifa latoya laura lauren laurent laurie lawrence layla leah leanne
    leigh leila lena leo leon leonard lerato lesley leslie leticia liam liesel lillian lily linda lindsay lindsey linh lisa liz lorena lorenzo loretta lori lorraine lothar lou louis louise luca
    lucas lucia luciana lucie lucien lucy ludwig luigi luis luisa luke lydia lynda lynn lynne madeline madhu madison magda magdalena maggie mahmoud majid makoto malcolm malee malgorzata mandy
    manfred manish manoj manuel manuela marc marco marcus margaret margarita margot maria mariam marian marianne marie mariko marilyn marina mario marion marisa marisol marissa marjorie mark
    markus marlene marta martha martin martina martyn marvin mary maryam masao mateo mateusz mathew mathieu matilda matt matteo matthew matthias matthieu maureen maurice mauricio max maximilian
    maxwell may maya mayumi meena megan meghan megumi mehdi mehmet mei melanie melinda melissa melvin mercedes meredith michael michal michele michelle miguel miho mike mikhail milan milena
    miles milos mina mindy minho miranda miriam mirko misaki mitchell mohamed mohammad mohammed mohan molly mona monica monique moritz muhammad mukesh murat mustafa mustapha nabil nadia nadine
    nadja najib nancy naomi nasser natalia natalie natalija natasha nate nathan nathaniel nattapong naveen neeraj neha neil nell ngozi nicholas nick nicola nicolas nicole nigel nikhil nikita
    nikolai nina nisha nitin noah nobuo nomsa noor nora noriko norman nuria octavio ofelia oleg olena olga olive oliver olivia olivier olu omar oscar otto owen pablo padma paige pamela parvati
    pascal pascale pasquale pat patricia patrick paul paula pauline pavel pearl pedro peggy penelope penny peter petra phil philip philippe phillip phoebe phuong phyllis piero pierre pilar piotr
    pippa pooja pradeep prakash pranav prem priscilla priya putri rachael rachel radha rafael rahul rainer raj rajesh rajiv ralph ramesh rami ramon ramona randall randy rani raquel rashid raul
    ravi raymond rebecca reece regina reginald reinhard rekha renata renate rene renee rex reza rhonda rhys ricardo rich richard ricky rina rita ritu rizal rob robert roberta roberto robin rocio
    rodney rodrigo roger rohan rohit roland rolf ronald rosa rosalind rosario rose rosemary rosie ross roy roz roza ruben ruby rudolf rufus rupert russell ruth ryan ryo sabrina saeed said sakura
    salim sally salma salman salvador salvatore sam samantha samir samira samuel sana sandeep sandra sandrine sandy sanjana sanjay sanjeev santiago sara sarah satoshi savannah savita scott sean
    sebastian sebastien seema seoyeon sergei sergio seth shane shankar shannon shanti sharon shaun shawn sheila shelly sherri sherry sheryl shigeru shilpa shinji shirin shirley shiv shota shreya
    shweta sian sid siegfried sigrid silvana silvia simon simone siobhan sipho sita siti sneha sofia solange somchai sonia sonja sonya soojin sophia sophie soraya soren spencer stacey stacy stan
    stanislav stanley stefan stefania stefano stella stephanie stephen steve steven stuart sudha sue suman sunil suresh susan sushma suzanne sven svetlana swati sybil sydney sylvia sylvie
    tabitha tadeusz takashi takeshi tamara tamer tammy tanya tara tariq taro tatiana tatjana ted tejas terence teresa terrance terrence terri terry tess tetsuo thabo thandi thanh theodore
    theresa thibault thierry thomas thuy tiffany tim timothy tina tobias toby todd tom tomas tomasz tommy tomoko tony tonya toribio torsten toshio tracey tracy trang travis trevor tricia tristan
    troy trudy tuan tunde tyler tyrone ulrich ulrike uma ursula usha uwe vaclav valentin valentina valeria valerie vanessa varun vera vernon veronica vicki victor victoria vijay vikram viktor
    vinay vince vincent vincenzo vinod violet virginia virginie vishal vittorio vivian vladimir vladislav walid walter wanjiru warren wayne wei wendy werner wesley whitney wilfried wilhelm will
    willa william winston wolfgang xavier yan yannick yash yasmin yasmine yoko yolanda yoshi youngsoo yousef yuki yuko yumi yuri yusuf yves yvette yvonne zachary zahra zainab zara zdenek zeynep
    zoe zofia zoltan
    """.split()
)
"""Given names, of Europe, the Americas, Africa and Asia."""
FAMILIES = frozenset(
    """
    abbott abdullah abe abubakar acosta adams adeyemi afolabi aguilar ahmadi ahmed ahn akhtar albrecht alexander ali allen almeida alvarado alvarez alves anand andersen anderson andersson
    andrade andrews ansari aoki araujo armstrong arnold arora arslan ashton ashworth atkins atkinson austin avila ayala aydin bae baek bailey baird baker bakker bakr balakrishnan baldwin balogun
    banerjee barbieri barbosa barlow barnes barron barros bartlett bauer baumann bautista baxter beck becker bedi begum bell bello bennett bentley berg berger bergmann bergstrom bernard berry
    bevan bhatia bhatt bianchi blackburn blake blanc blanchard blanco bloggs bohm bondarenko bonnet bose bowers boyd boyle bradley brandt braun brennan brookes brooks brown browne bruce brunet
    bruno bryant buchanan buck bui burgess burke burnett burns busch butler byrd byrne caballero cabrera calderon caldwell calvo campbell campos cano cardoso carlson caron carpenter carr
    carrasco carrillo carroll carter caruso carvalho castillo castro celik chan chapman charlton chatterjee chauhan chavez chen cheung chevalier cho choi chopra chow chowdhury christensen
    christiansen chua chung clark clarke clement clements cohen cole coleman coles collins colombo conley conner connolly conti cook cooper correia cortes cortez costa cox craig crawford cruz
    cummings cunningham dahl daly dang daniels das daugherty davenport davey davidson davis dawson dela delgado demir denis desai deshmukh dhillon diallo diaz dickinson dietrich diez dimitrov
    dinh dixon dlamini doe dogan donnelly dorsey doyle dubois duffy dufour dumont duncan dunn duong duran durand dutta duval dvorak edwards el-sayed elliott ellis endo engel erickson eriksson
    esposito evans eze fabre farouk farrell faulkner fedorov ferguson fernandes fernandez ferrara ferrari ferreira fields fischer fisher fleming fletcher flores flynn fontaine fontana ford
    foster fournier fowler fox franke franklin fraser freeman freitas friedman friedrich fuchs fuentes fujita fukuda fuller gallagher gallego galli gallo gao garcia garcin gardiner gardner
    garner garnier garrett garza gauthier gentile georgiev georgiou ghosh gibbons gibbs gibson gil gill girard godfrey goh goldberg gomes gomez goncalves gonzales gonzalez goodwin gough graf
    graham gray greco green greene greenwood greer grewal griffin griffiths gross guerrero gunther guo gupta gustafsson gutierrez haas haddad hahn hall hamilton hammond hampton hancock hansen
    hanson hargreaves harper harrell harris harrison hartley hartman hartmann harvey hasegawa hashemi hashimoto hassan haugen hawkins hayashi hayes haynes hayward he hegde heinrich henderson
    henry hensley hernandez herrera herrmann hewitt hicks hidayat higgins hill hoang hodgson hoffman hoffmann hofmann holden holland holloway holm holmes holt hong hooper hopkins horn horton
    horvat horvath hosseini houghton howard howarth howe howell howells hu huang huber hudson hughes humphreys humphries hunt hurst hussain hutchinson hwang ibrahim iglesias ikeda ingram inoue
    ionescu iqbal ishii ishikawa ito ivanov ivanova iyengar iyer jackson jacobs jager james jansen jenkins jennings jensen jeong jimenez johansson johnson johnston jones jordan joshi jovanovic
    jung kaiser kamau kaminski kang kapoor karimi karlsson kato kaur kaya keita kelley kelly kennedy khan khanna khoury kim kimura king kirby klein kline knight kobayashi koch kohler kondo konig
    korhonen kovacs kovalenko kowalski kozlov kramer kraus krause krishnan kuhn kulkarni kumar kuznetsov kwon lam lambert lange larsen larson laurent lawrence lawson le lebedev lee lefebvre
    lefevre legrand lehmann lemaire leon leonard leone leroy leung levy lewandowski lewis li lim lin lindberg lindsey lindstrom liu lloyd lombardi long longo lopes lopez lorenz lowe lozano
    ludwig lund lundqvist luo lyons ma macdonald mackenzie madsen maeda maier malhotra malik mansour marchand marchetti mariani marie marin marino marquez marsden marshall martin martinez
    martini martins mason masson mathews mathieu mathis matsumoto matthews maxwell mayer mccarthy mccormick mccoy mcdaniel mcdonald mcdowell mckinney mclean medina mehta meier mejia mellor
    mendes mendez mendoza menon mensah mercado metcalfe meunier meyer meyers middleton mikhailov miller mirza mishra mitchell miura mohamed molina molinari moller monteiro montgomery montoya
    moon moore morales moran moreau moreira moreno moretti morgan mori morin morozov morris morrison mueller mukherjee muller munoz murakami murphy murray musa mwangi myers müller nagy naik nair
    nakamura nascimento nasser natarajan navarro ndlovu nelson neumann newman ng ngo nguyen nicholls nichols nicholson nicolas nielsen nieto nikolaev nikolov nilsson nishimura nixon njoroge
    nkosi noel nolan norris novak nowak nunes nunez o'brien o'connor o'donnell o'neill o'sullivan obi ocampo ogawa ogunleye okada okafor okonkwo okoro oliveira oliver olsen olson orlov ortega
    ortiz osei osman ota otieno otto owens ozturk palmer pandey papadopoulos park parker parkinson parsons pascual patel patil patterson payne pearce pearson pedersen pemberton pena pennington
    pereira perez perkins perrin perry peters petersen peterson petit petrov petrova petrovic peña pfeiffer pham phillips pickering pierce pillai pinto pohl popescu popov porter poulsen powell
    price prieto pritchard prochazka pugh quinn qureshi rahman raman ramirez ramos ramsey rana randolph rao rasmussen rathore ray reddy reed reeves reilly reyes reynolds rhodes ribeiro ricci
    richards richardson richter riley rinaldi rios rivera robbins roberts robertson robin robinson rocha rodrigues rodriguez roe rogers rojas romano romero ross rossi roth rousseau roux rubio
    ruiz russell russo ryan sahin sakamoto saleh sampson sanchez sanders santana santoro santos santoso sanz sasaki sato sauer saunders sawyer schmid schmidt schmitt schneider schofield scholz
    schreiber schröder schubert schulz schulze schumacher schuster schwartz schwarz seidel sengupta seo serrano sethi setiawan shah sharma shaw sheikh shelton shepherd sheppard shetty shevchenko
    shimizu shin siddiqui sidhu silva simmons simon simpson sims sinclair singh sinha smirnov smith sokolov solis sommer song souza spencer stanley stavros stein stephens stephenson stevens
    stewart stokes strickland suarez subramanian sullivan sun susanto sutton suzuki svensson svoboda swanson sweeney szabo szymanski takahashi tan tanaka taylor teixeira teo thakur thomas
    thompson thomson thornton thorpe tiwari tomlinson torres toth toure townsend tran traore trinh trivedi tucker turner valdez vargas vasquez vaughn vazquez vega velasquez venkatesh verma vidal
    villanueva villegas virtanen visser vitale vogel vogt voigt volkov vu wade wagner walker wallace wallis walsh walter walton wang ward warren watanabe watkins watson watts weaver webb weber
    webster weiss welch wells werner west wheeler white whitehead whitfield wijaya williams williamson willis winkler winter wisniewski wojcik wolf wolff wong wood wozniak wright wu xu yadav
    yamada yamamoto yamazaki yang yates yildiz yilmaz yoo yoshida young zamora zhang zhao zhou zhu ziegler zielinski zulu
    """.split()
)
"""Family names, of the same places."""
WORDLIKE = frozenset(
    """
    abbott abe addison ali allen alport altman alzheimer ama amal amber amsterdam an anderson angel angus ann april arnold art aschoff asha atlanta aurora austin bailey baker baldwin banff
    barcelona barr barre barrett bartter basedow bayer beck bell bello bence bennett berg berlin bernard berry bill bishop bismuth black blake blanc bland blumberg bonnet boris boston bouveret
    boyd boyle brandy braun brisbane brooke brown bruce buck budd burke burkitt burns busch butler cameron campos carnett carney caroli carpenter carter casey castleman chad chan chase chelsea
    chiari child china cho christian chuck churg clayton cleveland cole conn constance conti cook coombs cooper corlette cortes couinaud cowden cox crohn cruz crystal cullen curtis cushing dahl
    daisy dako dale dallas dan dana dang danlos das dawn dean deauville denis dev dick dieulafoy dixon dolores dominique don doppler down doyle drew dubin dublin edmondson edwards ehlers elif
    endo engel epstein ernest esperanza faith fanconi feil felix feyrter fields fisher fitz florence fontana ford fox frank freeman frida fry fuller gallo gardner garrett gauss gene gentile
    georgia giemsa gil gilbert gill gitelman gleason glisson gloria gomori goodpasture gordon grace graf graham gram grant graves gray greco green greta grey grimelius gross guillain guy hale
    hall hamilton hampton harris hartmann hashimoto hayes hazel he heather heidelberg henoch henry hill hina hippel hodgkin holland holly holm holt hong hope hopkins horn horner hounsfield
    houston howard howell hu hugh hunt hunter huntington india inga inge ipsen iris ito jack jade jake jan jean jeghers jones jordan joy june jung kaiser kaplan kaposi kasabach kay kehr ken
    kettering kimmelstiel king kiran kirk klatskin klinefelter knight kocher korsakoff krebs krenning krukenberg kulchitsky kupffer kurt kyoto lam lambert lance lane langerhans larson lawrence
    le leica leo leon leone leslie lewis lily lin lindau lindsey london long longo lou lubarsch ludwig lugol lund lynch lynn ma madison magda mallory marfan marie marin marina marion mark
    marshall martin mason masson max may maya mayer mcburney meckel meier menetrier mercedes merkel merritt middleton milan miles miller mina mini mirizzi mitchell modlin moll mona moon morgan
    mori morrison muir murphy musa nell nelson newman ng nissen noel noor norm norman novartis oberndorfer olive oliver osler ota otto page paget paige palmer papanicolaou paris parker parkinson
    pat patau pearl pearse pearson penelope penny perry petit pfizer philips pilar plummer porter pott prem price pringle pugh rami ramsey randolph rao ray raynaud recklinghausen reed regina
    rendu rex rhodes rich rinne rita rob robin roche rochester rokitansky rome rosario rose ross roth rotor roux rovsing ruby russell ryo said sampson sana sandy santos sanz sato savannah
    schatzki schilling schonlein shaw sheehan sherlock shin sid siemens simmonds simon sims sjogren sjögren sloan smith sommer song soulier spearman spencer stan stein steiner stella sternberg
    stevens stokes strauss sturge sue sun sydney tan taylor ted tess thomson tim todd tokyo torre troisier trousseau troy turcot turner uma usha vega ventana verner victoria vienna vincent
    vinson violet virchow virginia vu wade waldenstrom walker warburg ward warner warren weaver webb weber webster wegener wei weiss wells werner wernicke west whipple white whitney wilcoxon
    will wilson winter wood wright yan young zenker ziehl
    """.split()
)
"""Names that are words or eponyms of medicine too: alone, or without a capital letter, they say nothing."""
PINYIN_FAMILIES = frozenset(
    """
    an bai bi bian cai cao chai chang chen cheng chu cui dai deng ding dong du duan fan fang fei feng fu gan gao ge gong gu guan guo han hao he hong hou hu huang huo ji jia jiang jiao jin kang
    ke kong kuang lai lan lang lei li liang liao lin ling liu long lu luo lv lyu ma mao mei meng miao mo mu ni nie ning niu ouyang pan pang pei peng qi qian qiao qin qiu qu ran ren rong ruan
    sang shan shangguan shao shen sheng shi shu sima song su sun tan tang tao tian tong tu wan wang wei wen weng wu xia xiang xiao xie xin xing xiong xu xue yan yang yao ye yi yin you yu yuan
    yue zang zeng zhai zhan zhang zhao zheng zhong zhou zhu zhuge zou zuo
    """.split()
)
ENGLISH_AND_PINYIN = frozenset(
    """
    a an ban bang bi bo bu ca can ce chang chi ci da dai dan dang dao de den di die dong du fa fan fang fen fu gan gang ge gen gene gu ha hang he hen hu hui ji ju ka la lan le lei lie long lu
    lun ma man mang mao me men mi min ming mo mu na nan ne ni no nu o pa pan pang pi pin ping po pu qi ran rang re ren ru sa san sang se sha she shi si so song su sun ta tan tang te ten ti tie
    tong tu wa wan wen wu xi xu yan yang ye yin you yu za ze zi zu
    """.split()
)
"""Syllables that are English words, endings or shorthand as well."""
VOCABULARY = frozenset(
    """
    a abdomen abdominal ablation abnormal about above abscess absent abstract abutting accepted accessory according acid acids acknowledged across act acts actually acute added address adds
    adenoma adhesions adjacent admitted adrenal adult advanced adverse advise af afp african after afternoon again against age aged aggressive air al albumin alcoholic alike alive alk alkaline
    all allergic allergy allows alone along alp already also alt alternative always american amines amino amoebic among an anaemia analogue analogues and anemia aneurysm angioplasty anorexia
    another answer answers antibodies antral anxiety any aorta apart appears appendicitis appendix appetite applied applies apply approvals approved arab archives are area arise around arterial
    artery arthritis article articles as ascites asian aside ask asked asks aspirin assay assays assess ast asthma asymptomatic at atorvastatin atypical audit authors autogel autoimmune autopsy
    available average away axitinib azygos back backbone background backup backups balancer bands be bead beads bears because become bed been before begin behind being belongs below benchmarks
    benign beside best better between bias big bilateral bile biliary bilirubin bilobar bin bind bioactive biological biopsy birth black bladder bland bleed bleeding bloating block blockquote
    blood bloody blue blunt body bolus bone borrowed bot both bots bottom bound bounded bounds bowel bp brackets brain branches brazilian breaks breast brings british bronchitis bronchus bulging
    bulky burden burning but button buttons by bye bypass bytes ca cabg cabozantinib cachexia calcium call called calls can cancel cancer candidate cannot capsule capsules captem carboplatin
    carcinoid carcinoma card cardiac care carotid carried carries carry case cassette catheter caucasian caudate cause cautions cava caveat cavernous cd cea cecum celiac cell cells centimetre
    centimetres central centre certain certificate cervical cervix ceus cga chance change changed changes chaos chapter characters charset chat check checked checks checkup chemo chemotherapy
    chest chief child chills chinese choice cholangitis cholestasis choose chosen chromo chromogranin chronic chronogranin cirrhosis cirrhotic cisplatin cite cited ckd claim claims class clauses
    clear clearance clearly client clinic clinical clinician clinicians clone cloudy cm code coeliac coil cold colitis collect collections colon colonic coma combined come comes comma command
    commands commas commits common commonest compare complaint complete complications component components compressing computed concerned conclude concluded concludes conclusions conditions
    confirm confirmed confounded confounder confounders consensus consider constant constraints consult consultations contact contains content context continue contradictions contrast control
    controlled controversial conversations converted cool copd copy core cores correct cough could count counted countless counts course coverage covid cr cramping cramps creatinine credited
    criteria criterion crp ct culture cure current curve cut cva cyst cystic cystitis cysts cytotoxic daily dark data database date day days db dead dear deaths decades decide decides decisions
    decreased deep default degree delayed delete dementia dense density dependency depends deploy depot depression derived describe described describes details dexamethasone diabetes diabetic
    diagnose diagnosis dialog dialysis diameter diarrhea diarrhoea diazoxide did diff differ difference different differential differentiated differs difficult diffuse digestive direct disagree
    discharge discordant discovery disease displacing dissection distal diverticula diverticulosis divided dizziness dizzy dl dm dna do doctor doctors does dominant don done donor dosage dose
    dotatate doubt doubtful down drain drainage draws drinker driver dropped drug drugs dry duct ducts due dump duodenal duodenitis duodenum durations during dutch dx each ear earlier early
    easily echinococcus echo eczema edema edge edited editions editorial edits effect effective effects efficacy effusion eg egd egyptian eight either elderly elevated eligible else elsewhere
    embedded embolism embolus empty en encasing encephalopathy encrypted encrypts end ends engineer english enhance enhanced enlarged enolase enough enter enteritis enzyme enzymes ep equal
    equals erase ercp error esophagitis established estimate et etoposide european eus even evening event events everolimus every everybody everyone evidence ex exact exactly exam examinations
    example except excerpt exchanged exclude excluded excludes exendin exists exophytic expandable expect expert explain export exports extent extra extrahepatic eye eyes face facial fact factor
    factors facts faeces failed failure false falx family far farmer fast fasting fatigue fatty faults favour fdg feature features feces female femoral femur fentanyl fever few fewer fibrosis
    field fields figure figures file filipino final find finding findings finds fine firm first first-choice fissure fistula fit fits five fixed flags flows flu fluke fluorouracil flush flushing
    foamy focal foci focus folder folders follow follow-up followed following follows followup food for forget form formal format found four free french frequent fresh friend friends from frozen
    full function functional functioning further ga gain gall gallbladder gap gaps gastric gastrin gastritis gastro gastrointestinal gate gates gather gave gene general generator gentleman
    german get getting ggt girl give given gives gland glucagon glucose go goal goes gold gone gonorrhoea good gout grade grades graft great green greyish group groups grows growth guidance
    guideline guidelines gut had haematoma half hand hard has hash have having hazard hb hbv hcv he head headache header healthy hear heart heartburn heavy hedges height held hello help helps
    hematoma hemorrhoids heparin hepatic hepatis hepatitis hepatoma her here hernia hey hi hiaa high high-grade higher highly hilar hilum him hint his hispanic history hiv hold holds home
    hormone hormones horseshoe hot hour hours house housewife how however hpf htn hungry hydatid hydrocortisone hyper hyperechoic hypo hypoechoic hypoglycaemia hypoglycemia ibuprofen icteric icu
    id ideal identifiers identifies ie if ihc ihd ileum ileus iliac ill image images immuno immunohistochemistry import in inadequate incidence incidental incidentally include included
    incomplete inconclusive inconsistent increased independent index indian indications indices indirect indolent inexact infant infarct infarction inferior infusion inhibitor inhibitors
    injection innumerable inoperable inpatient input inr inside insomnia install instead insulin insulinoma intact interferon intermediate intestinal intestine into intolerant intramuscular
    invading invented inversus involved iranian ire irinotecan irish iron irregular is ischaemia ischemia isoechoic issn issues it italian itch itching itchy item its itself japanese jaundice
    joins journal judged jugular just keep keeps kept key keyed keys kidney kidneys kill killed kinase kind kinds know knowledge known knows korean lab label labelled labs lack lady language
    languages lanreotide large large-cell largest larynx last late later lateral law layer leads learn least leave leaves lecture left left-sided length lenvatinib lesion lesions less lesson
    letter leucopenia level levels lft lies lifelong ligament light like likely limit limited limits line lines link linter list listed listens lists literature little live liver lives load
    loader lobe lobes lobulated local log logged logs long long-term longer look looked looks loose loperamide loses loss lost lot low low-grade lower lump lumps lung lupus lutathera lymph m
    machine machines madam made main mainly make makes malaise malaria malay male malignancy malignant mammalian man manec many map margin marked marker markers markup marrow mass masses match
    matched matters maximum may me mean means meant measures medial median mediastinal medical meet melaena men mend menin menopausal merged mesenteric message messages met metabolism metastases
    metastasis metastatic metformin method methods mets mi mid middle midgut might migraine mild millimetre millimetres min minen minimal minute minutes mirror miss mistake mister mitoses
    mitosis mitotic mixed mm mode model moderate moderately moist month monthly months more morning morphine morphology most mostly mother mouth moves mrcp mri much multi multifocal multiple
    mutants name named names nausea near nec neck necrosis necrotic need needed needle needs neg negative neighbours neither nen neoplasm neoplasms nephritis net nets network neuroendocrine
    neuron never new newer newkey newly next nice night nights nil nine nmol no nobody nodal node nodes nodule nodules non non-functional none nonfunctional nor normal nose not note notes
    noticed now nse null number numbers numerous nurse obese objects observed obstructed obstruction occurs octreoscan octreotide oedema of off offs often oily ok okay old older omeprazole on
    once ondansetron one ones only onset open openly operated operator options or oral orbit order ordinal organ organs origin original osteoporosis other others otherwise our ours out outbox
    outcome outpatient output outside oval ovarian ovary over overall overweight own oxaliplatin pacemaker page pages pain painful painless pair pairs pale palliative palpable palpitations
    pancreas pancreatic pancreaticoduodenal pancreatitis panel pantoprazole paper papers para paracetamol parathyroid part partly partner partners parts past path pathology paths patient
    patients patterns pause pax pazopanib peak pellet pelvic penis people peptide per percent perforation pericardial periodic peripheral peritoneum peritonitis permanent persistent persists
    person pet phase pheo phos picture pictures pink pinned pins pituitary place placebo places plain plan plasma platelet platelets platinum please pleura pleural plt plus pmc pneumonia point
    points polish poller polycystic polyp polypeptides polyps poor poorly port portal portuguese pos positive positron possible post post-menopausal postmenopausal power ppi pr practice pre
    predictive prednisolone prednisone pregnant premenopausal preoperative present presented presenting presents pressure presumed previous previously primaries primary print printed prints
    prior privacy private probable probably problem process processor progress progressive project proliferative proof prostate protein protocol proton prove proved proven proves provisional
    prrt pruritus psoriasis pt ptosis public published pulmonary pulse pump purple purpose put puts pylorus quadrant quadrate question questions quick quoted quotient ra radiofrequency
    radionuclide raise raises random range ranged ranges ranitidine ranks rapid rare rarely rash rate rather ratio reach reached reaction read reads real reason reasons recent receptor receptors
    recommend record recorded rectal rectum recurrence recurrent red reddish reduced ref reference references referral refs refuses refuted regarded regimen region regions regorafenib regression
    rekey relief remnant remove removed removes renal repeat replace replaced replaces replies reply report reported reports reproduce resectable resected resection reserve response rest restart
    restates restore rests result results retired retrospective review reviewed reviews revisions rfa rib ribs rich right right-sided rigors role room rooms rose rough round routine row rows
    rubbery rule rules run runs russian safe safety said saliva same sampled samples sandostatin sat satellite satellites sats save saved saw say says scan scar scattered schedule
    schistosomiasis scholar school sclerosis scope score scottish screen screens script search searched second seconds secret secrete section sections see seed seen segment segmental seizure
    send sends sense senseless sensitive sent sentence sentences separate sepsis sequence series serotonin serum serve server service sessions set sets settings settle settled settlements seven
    several severe severely sex shape share shares sharp she sheath shock shortage shortly should show shown shows shunt side sign signal signed significant signs silent similar since single
    sink sir site sites situs six size sizes skin skip skull slide slides slight slightly slip slips slow slowly small small-cell smallest smear smoker smooth so soft solid solitary solved
    solver somatostatin somatuline some somebody soon sorafenib sore sorry source sources space span spanish spans speaks special specific specimen spiculated spinal spine spleen splenic spots
    spread sputum srs ssa stable stage staged stain stained stains stand standard standards standby stands start starts state statements states statin status stay stays steatosis steatotic stent
    step still stomach stone stones stool stools stop stopped stops store strengthens streptozocin strict strictly stroke strong strongly student studied studies study style subcapsular
    subcutaneous subsegmental such suggest suggested suggests sunitinib support supports sure surface surgeons surgery surgical surufatinib survival suspected suspicion suspicious swab sweat
    sweating sweats swelling swollen symptom symptomatic symptoms syn synaptophysin syncope syndrome syndromes syphilis syringe systemic table tables tablet tablets tace tail take taken takes
    tap target targeted targets taught tb teacher team tear tech tell tells telotristat templates ten tender tense tensions term terminal terms test tested testicular testis tests text texts
    thai than thank thanks that the their them then therapy there thermal these they thick thin third this those thousands three threshold throat thrombosis thrombus through thymic thymus
    thyroid time times tired tissue title titles tki tmz to today together token told tongue tonsil too tool top topic total tracers trachea tract transcripts transplant transplanted treated
    treatment treatments tremor trial trials tried triple true truth try tuberculosis tumor tumors tumour tumours turbid turkish turn turns tutor twice two type typed types typical tyrosine ul
    ulcer ulcers uln ulna ultrasound un unchanged unclassifiable unclear uncommon unconfirmed uncontrolled uncountable under understand understood undetermined unfit ungraded unifocal unilateral
    unit units unknown unless unmet unnoticed unremarkable unresectable unsaid until untouched unusual up update updates upper uptake ureter urethra urine urticaria us use user uses usual
    uterine uterus vagina vague valuable value values valve variant variants variceal varices vascular vein vena ventilator verdict verified versus very vessel vessels veteran via vietnamese
    view viral visit vitiligo volume volvulus vomiting vs waiting waits wall want ward warfarin warm warnings was wash watery way ways wbc we weak weakly weakness web web-site wedge week weekly
    weeks weight welcome well well-differentiated went were wet what whatever whatif wheeze wheezing when whenever where whether which while white who whoever whole whom whose why whynot wide
    widely widow widower width wire with within without woman women word wordings words work worker workers works worse worst would writes written wrong wt year years yellow yellowish yes
    yesterday yet yo you young your yours yr yrs zero zh
    """.split()
)
"""Words of the clinic and of talk that may stand before an age."""
ENDINGS = tuple(
    """
    oma omas itis emia aemia osis ics tion sion ment ness ity ous ary ory ally edly ically ised ized ated ected ing ases
    tide nib mab limus mide cin scopy graphy gram ectomy pathy uria ular tic sis gen sed red
    """.split()
)
"""How words of medicine end and names hardly do."""
